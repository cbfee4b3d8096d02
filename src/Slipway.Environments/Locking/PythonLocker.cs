using System.Collections.Immutable;
using Slipway.Environments.Building;
using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Locks;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.Environments.Locking;

/// <summary>Finds the Python packages of a recipe for one target.</summary>
internal sealed class PythonLocker(EnvironmentServices services)
{
    /// <param name="wish">What is wanted.</param>
    /// <param name="target">The Python they are for.</param>
    /// <param name="installed">Projects that conda brings.</param>
    /// <param name="before">Versions to take again where they fit.</param>
    /// <param name="excludeNewer">Files that came later do not exist.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The packages by name; their layers are not decided.</returns>
    /// <exception cref="DiagnosticException">There is no such set; the message says why.</exception>
    public async Task<ImmutableArray<LockedPythonPackage>> LockAsync(
        PythonWish wish, PythonTarget target, IReadOnlyDictionary<ProjectName, PythonVersion> installed, IReadOnlyDictionary<ProjectName, PythonVersion> before, DateTimeOffset? excludeNewer,
        CancellationToken cancellationToken)
    {
        if (wish.IsEmpty)
        {
            return [];
        }

        if (wish.RequiresPython is { } pythons && !pythons.Contains(target.Python, true))
        {
            throw new DiagnosticException(
                "other-python", $"The project needs Python {pythons}, and the image has {target.Python}.", "Name another base image with base: in slipway.yml, or a Python in runtime.txt.");
        }

        IEnumerable<LockedPythonPackage> found = wish.Lock is { } locked ? OfLock(locked, target)
            : wish.Foreign is { } foreign ? OfLock(new PythonLock { CreatedBy = "", Packages = foreign.For(target.Environment, [], []) }, target)
            : await SolveAsync(wish, target, installed, before, excludeNewer, cancellationToken);
        return [.. found.OrderBy(p => p.Name, StringComparer.Ordinal)];
    }

    /// <summary>The indexes that a wish is looked up in, and the archives they lead to; the caller's.</summary>
    public IndexSession Open(PythonWish wish) =>
        new(services.Indexes.With(wish.File.Options, services.Folder, services.Variables), services.Store.Root, services.Folder, services.Variables, services.Clock);

    private async Task<IEnumerable<LockedPythonPackage>> SolveAsync(
        PythonWish wish, PythonTarget target, IReadOnlyDictionary<ProjectName, PythonVersion> installed, IReadOnlyDictionary<ProjectName, PythonVersion> before, DateTimeOffset? excludeNewer,
        CancellationToken cancellationToken)
    {
        Diagnostic[] local = [.. wish.File.Requirements.Where(r => !r.IsConstraint && (r.Name is null || r.Path is not null || r.Url is not null)).Select(r => r.Problem(
            "not-from-an-index", $"{r} is not of an index, and what has to be built or lies at an address is not put into images yet", "make a wheel of it, put it into a folder and name that with --find-links, or install it in postBuild"))];
        if (local.Length > 0)
        {
            throw new DiagnosticException(local);
        }

        RequirementsOptions options = wish.File.Options;
        using IndexSession session = Open(wish);
        var request = new PythonRequest
        {
            Target = target,
            Requirements = [.. wish.File.Requirements.Where(r => !r.IsConstraint).Select(r => r.ToRequirement()!)],
            Constraints = [.. wish.File.Requirements.Where(r => r.IsConstraint).Select(r => r.ToRequirement()).OfType<Requirement>()],
            Overrides = wish.Overrides,
            Installed = installed,
            Preferred = before,
            ExcludeNewer = excludeNewer,
            Prereleases = options.Prereleases.Of,
            FromSource = name => options.Binaries.Of(name) ?? false, // nothing is built for an image
            PreferBinary = options.PreferBinary,
        };
        PythonResult result = await new PythonSolver(new IndexPackages(session.Indexes, new FileSources(session.Indexes, builder: null), cancellationToken)).SolveAsync(request, cancellationToken);
        if (result.Explanation is { } why)
        {
            throw new DiagnosticException(
                "unsolvable", $"There is no set of Python packages for {target} with all that is wanted:\n  {string.Join("\n  ", why.Lines)}", why.Hints.Count == 0 ? null : string.Join("; ", why.Hints));
        }

        foreach (Diagnostic warning in result.Solution!.Warnings)
        {
            services.Warn(warning);
        }

        return result.Solution.Distributions.Select(d => new LockedPythonPackage
        {
            Name = d.Name.Value,
            Version = d.Version.ToString(),
            Url = d.File!.Url,
            FileName = d.File.FileName,
            Sha256 = d.File.Sha256 ?? throw NoHash(d.File.FileName),
            Size = d.File.Size,
            Requires = [.. d.Dependencies.Select(r => r.Name.Value).Distinct().Order(StringComparer.Ordinal)],
            IsRequested = d.IsDirect,
        });
    }

    private static IEnumerable<LockedPythonPackage> OfLock(PythonLock locked, PythonTarget target)
    {
        IReadOnlyList<SelectedDistribution> selected = LockSelection.Select(locked, new LockChoice { Environment = target.Environment, RankOf = target.Tags.RankOf });
        HashSet<ProjectName> needed = [.. selected.SelectMany(s => s.Package.Dependencies).Select(d => d.Name)];
        foreach (SelectedDistribution one in selected)
        {
            if (one.File is not { Url: not null, Wheel: not null } file)
            {
                throw new DiagnosticException(
                    "to-be-built", $"{one.Package} of the lock has no wheel for {target} at an address, and nothing is built for an image yet.", "Lock a version that has a wheel, or install it in postBuild.");
            }

            yield return new LockedPythonPackage
            {
                Name = one.Package.Name.Value,
                Version = one.Package.Version?.ToString() ?? file.Wheel.Version.ToString(),
                Url = file.Url,
                FileName = file.FileName,
                Sha256 = file.Hashes.FirstOrDefault(h => h.Algorithm == "sha256")?.Value ?? throw NoHash(file.FileName),
                Size = file.Size,
                Requires = [.. one.Package.Dependencies.Select(d => d.Name.Value).Distinct().Order(StringComparer.Ordinal)],
                IsRequested = !needed.Contains(one.Package.Name),
            };
        }
    }

    private static DiagnosticException NoHash(string file) =>
        new("no-hash", $"Nobody says the sha256 digest of {file}, so it cannot be locked.", "Use an index that announces digests.");
}
