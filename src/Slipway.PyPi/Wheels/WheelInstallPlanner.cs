using Slipway.Foundation.Text;
using Slipway.Images.Layers;
using Slipway.Packages.Contents;
using Slipway.Packages.Entries;

namespace Slipway.PyPi.Wheels;

/// <summary>Decides what a set of wheels puts into a prefix, before anything of it is written ("binary distribution format", PEP 376, 610, 627).</summary>
public static class WheelInstallPlanner
{
    /// <param name="scheme">Where the parts go.</param>
    /// <param name="wheels">The wheels, each project once; they stay the caller's, and have to live as long as the plan is used.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops between two wheels.</param>
    /// <exception cref="DiagnosticException">Two wheels, or a wheel and something else, want the same path; all of them at once.</exception>
    public static WheelPlan Plan(InstallScheme scheme, IReadOnlyList<WheelInput> wheels, WheelInstallOptions options, CancellationToken cancellationToken)
    {
        var placements = new (WheelPlacement Placement, IReadOnlyList<EnvironmentEntry> Entries)[wheels.Count];
        var claims = new Dictionary<string, List<(int Wheel, EnvironmentEntry Entry)>>(StringComparer.Ordinal);
        for (int i = 0; i < wheels.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var placement = new WheelPlacement(scheme, options, wheels[i]);
            placements[i] = (placement, placement.Entries());
            foreach (EnvironmentEntry entry in placements[i].Entries)
            {
                (claims.TryGetValue(entry.Path, out List<(int, EnvironmentEntry)>? list) ? list : claims[entry.Path] = []).Add((i, entry));
            }
        }

        List<WheelClash> clashes = [.. claims.Values.Where(list => list.Count > 1).Select(list => ClashOf(list, wheels)).OrderBy(clash => clash.Path, StringComparer.Ordinal)];
        Diagnostic[] wrong = [.. TakenByOthers(claims, options.Taken), .. FoldersOf(claims), .. options.AllowClashes ? [] : clashes.Where(clash => !clash.IsHarmless).GroupBy(clash => (clash.Winner, string.Join(" and ", clash.Losers))).Select(group => Different(group.Key.Winner, group.Key.Item2, [.. group]))];
        if (wrong.Length > 0)
        {
            throw new DiagnosticException(wrong);
        }

        InstalledWheel[] installed = [.. placements.Select((pair, i) => pair.Placement.Finish(
            [.. pair.Entries.Where(entry => claims[entry.Path][^1].Entry is var there && there.Sha256 == entry.Sha256)],
            [.. pair.Entries.Where(entry => claims[entry.Path][^1].Wheel == i)]))];
        return new WheelPlan(scheme, installed, clashes, [.. wheels.SelectMany(wheel => NoticesOf(wheel.Wheel))]);
    }

    private static WheelClash ClashOf(List<(int Wheel, EnvironmentEntry Entry)> list, IReadOnlyList<WheelInput> wheels) => new(
        list[0].Entry.Path,
        wheels[list[^1].Wheel].Wheel.Owner,
        [.. list.SkipLast(1).Select(claim => wheels[claim.Wheel].Wheel.Owner)],
        list.All(claim => claim.Entry.Sha256 == list[^1].Entry.Sha256 && claim.Entry.IsExecutable == list[^1].Entry.IsExecutable));

    private static IEnumerable<Diagnostic> TakenByOthers(Dictionary<string, List<(int Wheel, EnvironmentEntry Entry)>> claims, IReadOnlyDictionary<string, string> taken) => claims.Values
        .Where(list => taken.ContainsKey(list[0].Entry.Path))
        .GroupBy(list => (Wheel: list[^1].Entry.Owner, Other: taken[list[0].Entry.Path]))
        .Select(group => new Diagnostic(
            Severity.Error, "path-taken", $"{group.Key.Wheel} wants to write {Few([.. group.Select(list => list[0].Entry.Path).Order(StringComparer.Ordinal)])}, which {(group.Count() == 1 ? "belongs" : "belong")} to {group.Key.Other}.",
            Help: "A wheel never replaces another package's file. Take the project from one of the two places only."));

    // What one has as a file cannot be another's directory.
    private static IEnumerable<Diagnostic> FoldersOf(Dictionary<string, List<(int Wheel, EnvironmentEntry Entry)>> claims)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string path, List<(int Wheel, EnvironmentEntry Entry)> list) in claims)
        {
            for (string parent = LayerPath.ParentOf(path); parent.Length > 0 && known.Add(parent); parent = LayerPath.ParentOf(parent))
            {
                if (claims.TryGetValue(parent, out List<(int Wheel, EnvironmentEntry Entry)>? above) && above[0].Entry.Kind != PackageMemberKind.Directory)
                {
                    yield return new Diagnostic(
                        Severity.Error, "path-conflict", $"'{parent}' is a file for {above[0].Entry.Owner} and a directory for {list[0].Entry.Owner}.", Help: "Choose other versions of one of them.");
                }
            }
        }
    }

    private static Diagnostic Different(string winner, string losers, IReadOnlyList<WheelClash> clashes) => new(
        Severity.Error, "wheel-clash", $"{losers} and {winner} both hold {Few([.. clashes.Select(clash => clash.Path)])}, with different bytes: only one of them would work as its makers meant it.",
        Help: "Leave one of them out, or choose other versions. --allow-clashes gives such paths to the last one by name, as pip does without a word.");

    private static IEnumerable<string> NoticesOf(WheelArchive wheel) => wheel.Listing.Notices
        .Concat(wheel.Listing.Healed.Count == 0 ? [] : [$"{wheel.FileName} was healed; its RECORD was wrong in {wheel.Listing.Healed.Count} {(wheel.Listing.Healed.Count == 1 ? "place" : "places")}: {wheel.Listing.Healed[0]}"]);

    private static string Few(IReadOnlyList<string> paths) => string.Join(", ", paths.Take(3).Select(path => $"'{path}'")) + (paths.Count > 3 ? $" and {paths.Count - 3} more" : "");
}
