using System.CommandLine;
using Slipway.Conda.Installed;
using Slipway.Environments.Locking;
using Slipway.Foundation.Text;
using Slipway.Packages.Entries;
using Slipway.PyPi.Installed;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;
using Slipway.PyPi.Wheels;

namespace Slipway.Cli.Commands.Pip;

/// <summary>Where packages are put: a folder of modules, a virtual environment that is made, or an environment that is there.</summary>
internal sealed record PipPlace
{
    public required InstallScheme Scheme { get; init; }

    /// <summary>What packages are chosen for.</summary>
    public required PythonTarget Target { get; init; }

    /// <summary>The folder of the Python that runs there, which holds its <c>bin</c>; null: there is none on this machine.</summary>
    public string? PythonHome { get; init; }

    /// <summary>What is there besides the packages, where it is made.</summary>
    public IReadOnlyList<EnvironmentEntry> Basics { get; init; } = [];

    /// <summary>What is there already; null: it is made.</summary>
    public InstalledPython? Existing { get; init; }

    /// <summary>Projects that conda put there, which stay as they are.</summary>
    public IReadOnlyDictionary<ProjectName, PythonVersion> OfConda { get; init; } = new Dictionary<ProjectName, PythonVersion>();

    /// <summary>Files of conda, with their packages.</summary>
    public IReadOnlyDictionary<string, string> CondaFiles { get; init; } = new Dictionary<string, string>();

    /// <summary>A folder for PYTHONPATH.</summary>
    public static async Task<PipPlace> OfFolderAsync(PipFlags flags, ParseResult parsed, string folder, CancellationToken cancellationToken)
    {
        PythonTarget target = await PipTargets.ReadOneAsync(flags, parsed, cancellationToken);
        BasePython? machine = await PipTargets.OfMachineAsync(cancellationToken) is { } found && IsFor(found.Target, target) ? found : null;
        string directory = Path.GetFullPath(folder);
        return new PipPlace { Target = target, PythonHome = HomeOf(machine), Scheme = InstallScheme.ForFolder(directory, target, machine?.Executable ?? $"/usr/bin/python{target.ShortVersion}") };
    }

    /// <summary>A prefix: what is there is added to, else a virtual environment is made.</summary>
    /// <exception cref="DiagnosticException">It cannot be added to; or there is no Python to make it with.</exception>
    public static async Task<PipPlace> OfPrefixAsync(PipFlags flags, ParseResult parsed, string prefix, bool breakSystemPackages, CancellationToken cancellationToken)
    {
        string directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(prefix));
        bool isConda = File.Exists(Path.Combine(directory, "conda-meta/history"));
        string? executable = ((string[])["python3", "python"]).Select(n => $"{directory}/bin/{n}").FirstOrDefault(File.Exists);
        if (executable is null)
        {
            return isConda ? throw new DiagnosticException("no-python", $"The conda environment {directory} has no Python to install for.", "Add python to it: slipway conda install --update.")
                : await NewAsync(flags, parsed, directory, cancellationToken);
        }

        if (isConda)
        {
            PipPlace conda = await OfCondaAsync(directory, cancellationToken);
            await CheckAsync(flags, parsed, directory, conda.Target, cancellationToken);
            return conda;
        }

        BasePython python = await new BasePythonReader(new FolderTree("/")).ReadAsync(executable, cancellationToken);
        await CheckAsync(flags, parsed, directory, python.Target, cancellationToken);
        InstallScheme system = InstallScheme.ForSystem(python, breakSystemPackages);
        return new PipPlace { Target = python.Target, PythonHome = HomeOf(python), Scheme = system, Existing = InstalledPython.Read(system, python.IsVirtualEnvironment ? [] : Elsewhere(system)) };
    }

    // Which Python it is stands in its records; it runs on this machine, so this machine's C library counts.
    private static async Task<PipPlace> OfCondaAsync(string directory, CancellationToken cancellationToken)
    {
        var there = InstalledEnvironment.Read(directory);
        (LibC libC, string architecture) = await PipTargets.OfThisMachineAsync(cancellationToken);
        PythonTarget target = CondaPythons.TargetOf(there.Records, libC, architecture)
            ?? throw new DiagnosticException("no-python", $"The conda environment {directory} has a Python that did not come from conda.", "Make the environment anew, with python among its packages.");
        var scheme = InstallScheme.ForConda(directory, target, there.Records.First(r => r.Name == "python").PythonSitePackagesPath);
        var all = InstalledPython.Read(scheme, []);
        Dictionary<ProjectName, PythonVersion> fixedOnes = CondaPythons.Of(there.Records);
        foreach (InstalledDistribution one in all.Distributions.Where(d => IsOf(d, directory, there.Owners)))
        {
            fixedOnes[one.Name] = one.Version;
        }

        return new PipPlace { Target = target, PythonHome = directory, Scheme = scheme, Existing = all, OfConda = fixedOnes, CondaFiles = there.Owners };
    }

    private static async Task CheckAsync(PipFlags flags, ParseResult parsed, string directory, PythonTarget there, CancellationToken cancellationToken)
    {
        if (flags.NamesTarget(parsed) && await PipTargets.ReadOneAsync(flags, parsed, cancellationToken) is var wanted && !IsFor(there, wanted))
        {
            throw new DiagnosticException("other-python", $"The environment {directory} has {there}, and this would be for {wanted}.", "Leave --python and --platform away, or name another folder.");
        }
    }

    private static async Task<PipPlace> NewAsync(PipFlags flags, ParseResult parsed, string directory, CancellationToken cancellationToken)
    {
        PythonTarget target = await PipTargets.ReadOneAsync(flags, parsed, cancellationToken);
        return await PipTargets.OfMachineAsync(cancellationToken) is var machine && machine is not null && IsFor(machine.Target, target)
            ? new PipPlace { Target = target, PythonHome = HomeOf(machine), Scheme = InstallScheme.ForVirtualEnvironment(directory, target), Basics = VirtualEnvironment.EntriesFor(machine) }
            : throw new DiagnosticException(
                "other-python", $"A virtual environment is made with a Python of this machine, {(machine is null ? "which has none" : $"which is {machine.Target}")}, and not with {target}.",
                "Leave --python and --platform away, or install with --target.");
    }

    private static bool IsFor(PythonTarget python, PythonTarget target) => python.ShortVersion == target.ShortVersion && python.Architecture == target.Architecture;

    private static string? HomeOf(BasePython? python) => python is null ? null : Path.GetDirectoryName(Path.GetDirectoryName(python.Program));

    private static bool IsOf(InstalledDistribution one, string directory, IReadOnlyDictionary<string, string> owners) =>
        Path.GetRelativePath(directory, one.Info) is var info && (owners.ContainsKey(info) || owners.ContainsKey(info + "/METADATA") || owners.ContainsKey(info + "/PKG-INFO"));

    // Where Debian's packages put modules, which its Python sees behind those of /usr/local.
    private static IEnumerable<string> Elsewhere(InstallScheme scheme) => scheme.Prefix == "/usr/local" ? ["/usr/lib/python3/dist-packages"] : [];
}
