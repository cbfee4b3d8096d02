using System.CommandLine;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Store;
using Slipway.Packages.Archives;
using Slipway.PyPi.Files;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.Cli.Commands.Pip;

/// <summary>Connections, caches and indexes of one command of <c>pip</c>.</summary>
internal sealed class PipSession : IDisposable
{
    private readonly CliContext _cli;
    private readonly PipInput _input;
    private readonly DateTimeOffset? _excludeNewer;
    private readonly HttpPolicy _http, _here;
    private readonly PythonIndexes _indexes;

    public PipSession(CliContext cli, PipFlags flags, ParseResult parsed, PipInput input)
    {
        (_cli, _input, _excludeNewer) = (cli, input, flags.ExcludeNewer(parsed));
        Store = ImageStore.ResolveRoot(parsed.GetValue(cli.RootOption));
        _http = new HttpPolicy(new HttpPolicyOptions(), cli.Clock);
        _here = new HttpPolicy(new HttpPolicyOptions { UseProxy = false }, cli.Clock);
        NetrcFile netrc = NetrcFile.OfUser(CliContext.Environment);
        string folder = Directory.GetCurrentDirectory();
        Archives = new ArchiveCache(ArchiveCache.RootIn(Store), Http, request => _indexes!.Access.Authorize(request));
        _indexes = new PythonIndexes(
            SettingsOf(input.File.Options, folder),
            new IndexEnvironment
            {
                Store = Store,
                Http = Http,
                Archive = async (file, token) => (await Archives.GetAsync(file.ToArchiveSource(), static _ => { }, token)).ArchivePath,
                Variable = CliContext.Environment,
                Netrc = netrc,
                Folder = folder,
                Clock = cli.Clock,
            });
        Direct = new DirectWheels(Archives, Store);
    }

    /// <summary>The store's folder; what indexes say and the archives are kept in it.</summary>
    public string Store { get; }

    public ArchiveCache Archives { get; }

    public DirectWheels Direct { get; }

    /// <summary>Finds the distributions of the input.</summary>
    /// <exception cref="DiagnosticException">There is no solution; the message says why.</exception>
    public async Task<PythonSolution> SolveAsync(PythonTarget target, IReadOnlyDictionary<ProjectName, PythonVersion> preferred, CancellationToken cancellationToken)
    {
        PythonResult result = await TrySolveAsync(target, preferred, cancellationToken);
        if (result.Explanation is { } why)
        {
            throw new DiagnosticException(
                "unsolvable", $"There is no set of packages for {target} with all that is wanted:\n  {string.Join("\n  ", why.Lines)}", why.Hints.Count == 0 ? null : string.Join("; ", why.Hints));
        }

        PythonSolution solution = HashPins.Apply(_input.File, result.Solution!, target);
        await _cli.Error.WriteAsync(_cli.Diagnostics.Render(solution.Warnings));
        return solution;
    }

    /// <summary>As <see cref="SolveAsync"/>, but that there is none is an answer.</summary>
    public Task<PythonResult> TrySolveAsync(PythonTarget target, IReadOnlyDictionary<ProjectName, PythonVersion> preferred, CancellationToken cancellationToken)
    {
        RequirementsOptions options = _input.File.Options;
        if (_input.Wanted.FirstOrDefault(r => r.Name is null || r.Path is not null) is { } local)
        {
            throw new DiagnosticException([local.Problem("not-an-index", $"{local} names no project of an index or address", "Write it as NAME @ ADDRESS.")]);
        }

        var request = new PythonRequest
        {
            Target = target,
            Requirements = [.. _input.Wanted.Select(r => r.ToRequirement()!)],
            Constraints = [.. _input.File.Requirements.Where(r => r.IsConstraint).Select(r => r.ToRequirement()).OfType<Requirement>()],
            Overrides = _input.Overrides,
            Preferred = preferred,
            ExcludeNewer = _excludeNewer,
            Prereleases = options.Prereleases.Of,
            FromSource = options.Binaries.Of,
            PreferBinary = options.PreferBinary,
        };
        return new PythonSolver(new IndexPackages(_indexes, Direct, cancellationToken)).SolveAsync(request, cancellationToken);
    }

    public void Dispose()
    {
        _http.Dispose();
        _here.Dispose();
    }

    private HttpPolicy Http(Uri address) => address.IsLoopback ? _here : _http;

    private static IndexSettings SettingsOf(RequirementsOptions options, string folder) => new IndexSettings().With(
        options.IndexUrl is { } index ? PackageIndex.Parse(index.Text, null, folder, CliContext.Environment) : null,
        [.. options.ExtraIndexUrls.Select(i => PackageIndex.Parse(i.Text, null, folder, CliContext.Environment))],
        options.NoIndex,
        [.. options.FindLinks.Select(l => l.Text)],
        [.. options.TrustedHosts.Select(h => h.Text)]);
}
