using Slipway.Foundation.Text;
using Slipway.Packages.Archives;
using Slipway.PyPi.Locks;
using Slipway.PyPi.Solving;
using Slipway.PyPi.Tags;

namespace Slipway.Cli.Commands.Pip;

/// <summary>A wheel that is to be installed, and what is known of it besides.</summary>
/// <param name="Source">Where it is.</param>
/// <param name="IsRequested">Whether the user asked for it.</param>
/// <param name="Url">The address that was asked for in place of an index; null: an index.</param>
/// <param name="Expected">What its METADATA has to say: a lock or a solution was made of it.</param>
internal sealed record PipWheel(ArchiveSource Source, bool IsRequested, string? Url, string Expected);

/// <summary>What is installed of a solution or a lock.</summary>
internal static class PipInstallation
{
    /// <summary>What a lock has for a target.</summary>
    public static IReadOnlyList<SelectedDistribution> Select(PythonLock locked, PythonTarget target, PipInput input) => LockSelection.Select(
        locked,
        new LockChoice { Environment = target.Environment, RankOf = target.Tags.RankOf, PrefersSource = name => input.File.Options.Binaries.Of(name) == true });

    public static IReadOnlyList<PipWheel> WheelsOf(PythonSolution solution, DirectWheels direct) => [.. solution.Distributions.Select(d => d.File is { } file
        ? file.IsSource ? throw ToBeBuilt(file.FileName) : new PipWheel(file.ToArchiveSource(), d.IsDirect, null, $"{d.Name} {d.Version}")
        : new PipWheel(direct[d.Url!], d.IsDirect, d.Url, $"{d.Name} {d.Version}"))];

    /// <param name="selected">What a lock has.</param>
    /// <param name="lockPath">The lock's file; paths in it are seen from its folder.</param>
    public static IReadOnlyList<PipWheel> WheelsOf(IReadOnlyList<SelectedDistribution> selected, string lockPath)
    {
        HashSet<PyPi.Requirements.ProjectName> needed = [.. selected.SelectMany(s => s.Package.Dependencies).Select(d => d.Name)];
        return [.. selected.Select(s => s.File is { } file && file.Wheel is not null
            ? new PipWheel(SourceOf(file, lockPath), !needed.Contains(s.Package.Name), s.IsWheel ? null : SourceOf(file, lockPath).Url, s.Package.ToString())
            : throw ToBeBuilt(s.File?.FileName ?? s.Package.ToString()))];
    }

    private static ArchiveSource SourceOf(LockedFile file, string lockPath)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(lockPath))!;
        return new ArchiveSource
        {
            FileName = file.FileName,
            Url = file.Url ?? new Uri(Path.GetFullPath(file.Path!, folder)).AbsoluteUri,
            StoredName = "package.whl",
            Size = file.Size,
            Hashes = [.. file.Hashes.Select(h => ArchiveHash.TryCreate(h.Algorithm, h.Value)).OfType<ArchiveHash>()],
            Announcer = "lock",
        };
    }

    private static DiagnosticException ToBeBuilt(string what) => new(
        "to-be-built", $"{what} has no wheel and would have to be built, which is not done here yet.", "Take a version that has a wheel: --only-binary :all: leaves out all others.");
}
