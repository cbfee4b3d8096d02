using System.Collections.Immutable;
using Slipway.Conda.Channels;
using Slipway.Conda.Records;
using Slipway.Environments.Building;
using Slipway.Environments.Locking;
using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;

namespace Slipway.Environments.Capturing;

/// <summary>Finds on channels and indexes exactly the packages that an environment has. What cannot be had any more is an error that names it, all of it at once.</summary>
internal sealed class CaptureLocker(EnvironmentServices services)
{
    private const string Again = "install a version that can be had, or lock from the recipe alone: slipway lock";

    /// <param name="packages">What is installed.</param>
    /// <param name="wish">The recipe that was written of it.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">Packages are for another platform, or their channels have them no more.</exception>
    public async Task<ImmutableArray<LockedCondaPackage>> CondaAsync(ImmutableArray<CapturedConda> packages, CondaWish wish, CancellationToken cancellationToken)
    {
        if (packages.IsEmpty)
        {
            return [];
        }

        string[] others = [.. packages.Select(p => Subdirs.Split(p.Url[..p.Url.LastIndexOf('/')]).Subdir).OfType<string>().Where(s => s != wish.Subdir && s != Subdirs.NoArch).Distinct()];
        if (others.Length > 0)
        {
            throw new DiagnosticException("other-platform", $"The environment is for {string.Join(", ", others)}, and the image for {wish.Subdir}.", "Name its platform with --platform.");
        }

        string[] channels = [.. packages.GroupBy(p => p.Channel).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Key)];
        using ChannelSet set = await ChannelSet.OpenAsync(channels, wish.Subdir, services.Channels, ChannelSet.CacheIn(services.Store.Root), services.Http, services.Clock, cancellationToken);
        ILookup<string?, string> requested = wish.Specs.ToLookup(s => s.ExactName, s => s.ToString());
        List<LockedCondaPackage> found = [];
        List<Diagnostic> problems = [];
        foreach (CapturedConda package in packages)
        {
            PackageRecord[] same = [.. (await set.FindAsync(package.Name, cancellationToken)).Where(r => r.FileName == package.FileName)];
            if ((same.FirstOrDefault(r => r.Url == package.Url) ?? same.FirstOrDefault()) is not { } record)
            {
                problems.Add(new Diagnostic(Severity.Error, "gone-from-channel", $"{package.Channel} has no {package.FileName} any more", Help: Again));
            }
            else if (Differs(record.Sha256, package.Sha256) || Differs(record.Md5, package.Md5))
            {
                problems.Add(new Diagnostic(Severity.Error, "other-file", $"{package.Channel} has another {package.FileName} than the one that is installed: their hashes differ", Help: Again));
            }
            else
            {
                found.Add(new LockedCondaPackage(record, [.. requested[record.Name]], ""));
            }
        }

        return problems.Count == 0 ? [.. found] : throw new DiagnosticException(problems);
    }

    /// <param name="packages">What is installed.</param>
    /// <param name="wish">The recipe that was written of it.</param>
    /// <param name="target">The Python they are for.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">Indexes have them no more, or not as wheels for this Python.</exception>
    public async Task<ImmutableArray<LockedPythonPackage>> PythonAsync(ImmutableArray<CapturedPython> packages, PythonWish wish, PythonTarget target, CancellationToken cancellationToken)
    {
        using IndexSession session = new PythonLocker(services).Open(wish);
        session.Indexes.Expect(packages.Where(p => p.Origin is null).Select(p => p.Metadata.Project), cancellationToken);
        HashSet<ProjectName> requested = [.. wish.Input.File.Requirements.Select(r => r.Name).OfType<ProjectName>()];
        List<LockedPythonPackage> found = [];
        List<Diagnostic> problems = [];
        foreach (CapturedPython package in packages)
        {
            var locked = new LockedPythonPackage
            {
                Name = package.Name,
                Version = package.Metadata.Version.ToString(),
                Url = "",
                FileName = "",
                Requires = [.. package.Metadata.RequiresDist.Where(r => r.Marker?.Evaluate(target.Environment, MarkerContext.Metadata) != false).Select(r => r.Name.Value).Distinct().Order(StringComparer.Ordinal)],
                IsRequested = requested.Contains(package.Metadata.Project),
            };
            if (package.Origin?.ArchiveInfo is { } archive)
            {
                Add(package, OfAddress(package, archive.Hashes?.GetValueOrDefault("sha256"), locked));
                continue;
            }

            ProjectFiles project = await session.Indexes.GetProjectAsync(package.Metadata.Project, cancellationToken);
            IndexFile? wheel = project.Files.Where(f => f.Wheel is not null && f.Version == package.Metadata.Version && f.Sha256 is not null && target.Tags.RankOf(f.Wheel) is not null)
                .OrderBy(f => target.Tags.RankOf(f.Wheel!)).FirstOrDefault();
            Add(package, wheel is null ? null : locked with { Url = wheel.Url, FileName = wheel.FileName, Sha256 = wheel.Sha256, Size = wheel.Size }, project);
        }

        return problems.Count == 0 ? [.. found.OrderBy(p => p.Name, StringComparer.Ordinal)] : throw new DiagnosticException(problems);

        void Add(CapturedPython package, LockedPythonPackage? one, ProjectFiles? project = null)
        {
            if (one is not null)
            {
                found.Add(one);
            }
            else
            {
                string what = $"{package.Name} {package.Metadata.Version}";
                problems.Add(new Diagnostic(
                    Severity.Error, "gone-from-index",
                    project is null ? $"{what} was installed from {UrlCredentials.Mask(package.Origin!.Url)}, which is no wheel with a known sha256"
                    : !project.IsKnown ? $"no index has the project of {what} (asked: {string.Join(", ", project.Asked.Select(UrlCredentials.Mask))})"
                    : project.Files.Any(f => f.Version == package.Metadata.Version) ? $"there is no wheel of {what} for {target}"
                    : $"{project.FoundAt ?? "the index"} has no {what} any more",
                    Help: Again));
            }
        }
    }

    private static LockedPythonPackage? OfAddress(CapturedPython package, string? sha256, LockedPythonPackage locked)
    {
        string url = UrlCredentials.Strip(package.Origin!.Url), name = Uri.UnescapeDataString(url[(url.LastIndexOf('/') + 1)..]);
        return WheelFileName.TryParse(name, out _) && sha256 is { Length: 64 } ? locked with { Url = url, FileName = name, IsDirect = true, Sha256 = sha256.ToLowerInvariant() } : null;
    }

    private static bool Differs(string? a, string? b) => a is not null && b is not null && !a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
