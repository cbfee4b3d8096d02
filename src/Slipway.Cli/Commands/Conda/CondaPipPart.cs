using System.CommandLine;
using Slipway.Cli.Commands.Pip;
using Slipway.Conda.Files;
using Slipway.Conda.Records;
using Slipway.Environments.Locking;
using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Inputs;
using Slipway.PyPi.Locks;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.Cli.Commands.Conda;

/// <summary>The Python packages of an environment of conda packages: those of conda count as installed and stay as they are, the others are found by the Python engine.</summary>
internal sealed class CondaPipPart : IDisposable
{
    private readonly PipSession _session;

    private CondaPipPart(PipSession session, PythonTarget target) => (_session, Target) = (session, target);

    public PythonTarget Target { get; }

    public PipSession Session => _session;

    /// <summary>Opens the part; null where nothing of pip is wanted, or where the platform cannot have it (which is told).</summary>
    /// <param name="cli">Settings and the terminal.</param>
    /// <param name="flags">The flags of conda's verbs.</param>
    /// <param name="parsed">Their values.</param>
    /// <param name="input">What is wanted.</param>
    /// <param name="records">The conda packages of the environment.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">Requirements are wrong, or there is no Python to install them for.</exception>
    public static async Task<CondaPipPart?> OpenAsync(CliContext cli, CondaFlags flags, ParseResult parsed, CondaInput input, IReadOnlyList<PackageRecord> records, CancellationToken cancellationToken)
    {
        if (input.PipLines.Count == 0 && input.PipLocked.Count == 0)
        {
            return null;
        }

        if (!input.Platform.StartsWith("linux-", StringComparison.Ordinal))
        {
            await cli.Error.WriteAsync(cli.Diagnostics.Render([new Diagnostic(Severity.Warning, "pip-part", $"the pip: part is passed over for {input.Platform}: Python packages are found for Linux only", Help: "install it there with the environment's pip")]));
            return null;
        }

        string glibc = flags.Target(parsed, input.Platform).Glibc ?? "2.28";
        string machine = input.Platform["linux-".Length..] is "64" ? "x86_64" : input.Platform["linux-".Length..];
        PythonTarget target = CondaPythons.TargetOf(records, LibC.TryParse("glibc" + glibc, out LibC libC) ? libC : new LibC(LibCKind.Glibc, 2, 28), machine)
            ?? throw new DiagnosticException("no-python", "The environment has a pip: part and no Python to install it for.", "Add python to its dependencies.");
        PythonInput asked = input.PipLocked.Count > 0 ? LockedInput(input) : await ReadAsync(cli, input, cancellationToken);
        return new CondaPipPart(new PipSession(cli, parsed, asked, flags.ExcludeNewer(parsed)) { Installed = CondaPythons.Of(records) }, target);
    }

    /// <summary>The packages to add, as they are found.</summary>
    /// <param name="preferred">Versions to take again where they fit.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">There is no solution beside the conda packages; the message says why.</exception>
    public Task<PythonSolution> SolveAsync(IReadOnlyDictionary<ProjectName, PythonVersion> preferred, CancellationToken cancellationToken) => _session.SolveAsync(Target, preferred, cancellationToken);

    /// <summary>Their wheels.</summary>
    /// <exception cref="DiagnosticException">There is no solution, or a lock says another version than conda brings.</exception>
    public Task<IReadOnlyList<PipWheel>> WheelsAsync(CancellationToken cancellationToken) => _session.MissingWheelsAsync(Target, new Dictionary<ProjectName, PythonVersion>(), cancellationToken);

    /// <summary>What a lock keeps of the packages.</summary>
    /// <param name="solution">The packages.</param>
    /// <param name="platform">Their platform.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">Something is in a folder or has no hash, for which the lock has no words.</exception>
    public async Task<IReadOnlyList<LockedPackage>> LockedAsync(PythonSolution solution, string platform, CancellationToken cancellationToken)
    {
        solution = await _session.HashedAsync(solution, Target, cancellationToken);
        return [.. solution.Distributions.Select(Of)];

        LockedPackage Of(SolvedDistribution one)
        {
            LockedFile? archive = one.File is null ? _session.Sources.WithPlace(new LockedDistribution { Name = one.Name, Version = one.Version }, one).Archive : null;
            string? url = one.File is null ? archive is null ? null : archive.Url ?? new Uri(archive.Path!).AbsoluteUri : one.Files.First(f => f.Url == one.File.Url).Url;
            string? sha256 = one.File is null ? archive?.Hashes.FirstOrDefault(h => h.Algorithm == "sha256")?.Value : one.Files.First(f => f.Url == one.File.Url).Sha256;
            return new LockedPackage
            {
                Name = one.Name.Value,
                Version = one.Version.ToString(),
                Manager = PackageManager.Pip,
                Platform = platform,
                Url = url is null ? throw NotLockable(one, "it lies in a folder or a repository") : UrlCredentials.Strip(url),
                Sha256 = sha256 ?? throw NotLockable(one, "nobody says the sha256 of its file"),
                Dependencies = [.. one.Dependencies.Where(d => d.Name != one.Name).GroupBy(d => d.Name.Value).OrderBy(d => d.Key, StringComparer.Ordinal)
                    .Select(d => new KeyValuePair<string, string>(d.Key, d.Select(r => r.Specifiers.ToString()).FirstOrDefault(t => t.Length > 0) ?? "*"))],
            };
        }
    }

    public void Dispose() => _session.Dispose();

    private static DiagnosticException NotLockable(SolvedDistribution one, string why) =>
        new("not-lockable", $"{one.Name} {one.Version} of the pip: part cannot be locked: {why}.", "Make a wheel of it and name its address, or leave it out and install it afterwards.");

    private static async Task<PythonInput> ReadAsync(CliContext cli, CondaInput input, CancellationToken cancellationToken)
    {
        List<Diagnostic> problems = [];
        var reader = new RequirementsFileReader(new FolderFiles(Directory.GetCurrentDirectory(), mayLeave: true), CliContext.Environment);
        var asked = new PythonInput();
        foreach ((SourceText source, IReadOnlyList<WrittenText> lines) in input.PipLines)
        {
            asked = asked.And(new PythonInput { File = await reader.ReadLinesAsync(source, Path.GetDirectoryName(source.Path) ?? "", lines, problems, cancellationToken) });
        }

        HashMode.Check(asked.File, problems);
        ConstraintRules.Check(asked.File, problems);
        if (problems.Any(p => p.Severity == Severity.Error))
        {
            throw new DiagnosticException([.. problems]);
        }

        await cli.Error.WriteAsync(cli.Diagnostics.Render(problems));
        return asked;
    }

    private static PythonInput LockedInput(CondaInput input) => new()
    {
        Lock = new LockInput(input.Files.Count > 0 ? input.Files[0] : "conda-lock.yml", ProjectChoice.None, LockedPipPackages.ToLock(input.PipLocked)),
    };
}
