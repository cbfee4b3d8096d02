using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Slipway.Foundation.Text;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.Cli.Commands.Pip;

/// <summary>What packages are chosen for: what flags say, and this machine's Python for what they leave open.</summary>
internal static partial class PipTargets
{
    // As old as systems in use are that wheels are made for.
    private static readonly LibC s_usualLibC = new(LibCKind.Glibc, 2, 28);

    private static string ThisArchitecture => RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64";

    // It does not change while a command runs; it is read while the command reads its files.
    private static readonly Lazy<Task<BasePython?>> s_machine = new(() => Task.Run(ReadMachineAsync));

    /// <summary>Begins to look for this machine's Python, which most commands of <c>pip</c> need.</summary>
    public static void Begin() => _ = s_machine.Value;

    /// <summary>The Python of this machine, or null when there is none that can be understood. What comes first may be a script that picks one, as pyenv has it; then the next one counts.</summary>
    public static Task<BasePython?> OfMachineAsync(CancellationToken cancellationToken) => s_machine.Value.WaitAsync(cancellationToken);

    private static async Task<BasePython?> ReadMachineAsync()
    {
        string[] folders = (CliContext.Environment("PATH") ?? "/usr/local/bin:/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries);
        foreach (string folder in folders.Distinct())
        {
            try
            {
                return await new BasePythonReader(new FolderTree("/"), folder).ReadAsync(CancellationToken.None);
            }
            catch (DiagnosticException)
            {
                // flags may say what is wanted; where they do not and no folder has one, this is told
            }
        }

        return null;
    }

    /// <summary>The C library and machine of what runs here; where there is no Python to tell, an old library that is still in wide use.</summary>
    public static async Task<(LibC LibC, string Architecture)> OfThisMachineAsync(CancellationToken cancellationToken) =>
        await OfMachineAsync(cancellationToken) is { } machine ? (machine.Target.LibC, machine.Target.Architecture) : (s_usualLibC, ThisArchitecture);

    /// <summary>The targets that the flags name: every Python on every platform.</summary>
    public static async Task<IReadOnlyList<PythonTarget>> ReadAsync(PipFlags flags, ParseResult parsed, CancellationToken cancellationToken)
    {
        BasePython? machine = await OfMachineAsync(cancellationToken);
        string[] pythons = parsed.GetValue(flags.Pythons)!, platforms = parsed.GetValue(flags.Platforms)!;
        if (pythons.Length == 0 && machine is null)
        {
            throw new UsageException("no-python", "this machine has no Python that packages could be chosen for", "say which one it is for: --python 3.11");
        }

        if (flags.Glibc(parsed) is not null && flags.Musl(parsed) is not null)
        {
            throw new UsageException("two-libraries", "--glibc and --musl exclude each other", "lock for each of them alone");
        }

        PythonVersion[] versions = pythons.Length == 0 ? [machine!.Target.Python] : [.. pythons.Select(p => VersionOf(p, machine))];
        (string Architecture, LibC LibC)[] places = platforms.Length == 0 ? [PlaceOf("", flags, parsed, machine)] : [.. platforms.Select(p => PlaceOf(p, flags, parsed, machine))];
        return [.. from place in places from version in versions select new PythonTarget(version, place.LibC, place.Architecture)];
    }

    /// <summary>The one target of an installation.</summary>
    public static async Task<PythonTarget> ReadOneAsync(PipFlags flags, ParseResult parsed, CancellationToken cancellationToken) =>
        await ReadAsync(flags, parsed, cancellationToken) is [var only] ? only : throw new UsageException("one-target", "this is for one Python on one platform", "name one with --python and one with --platform");

    // A version of two numbers is this machine's where that is one of them, else the first of its kind.
    private static PythonVersion VersionOf(string text, BasePython? machine) => PythonVersion.TryParse(text, out PythonVersion? version) && version.Major == 3 && version.Release.Count >= 2
        ? version.Release.Count > 2 ? version : machine?.Target is { } here && here.Python.Minor == version.Minor ? here.Python : PythonVersion.Parse(text + ".0")
        : throw new UsageException("bad-value", $"--python {text}: expected a version such as 3.11 or 3.11.2");

    private static (string, LibC) PlaceOf(string platform, PipFlags flags, ParseResult parsed, BasePython? machine)
    {
        LibC? libC = flags.Glibc(parsed) is { } glibc ? LibCOf("--glibc", "glibc", glibc) : flags.Musl(parsed) is { } musl ? LibCOf("--musl", "musl", musl) : null;
        string architecture = ThisArchitecture;
        Match match = Tag().Match(platform);
        if (match.Success)
        {
            libC ??= LibCOf("--platform", match.Groups["kind"].Value == "many" ? "glibc" : "musl", match.Groups["major"].Value + "." + match.Groups["minor"].Value);
            architecture = match.Groups["machine"].Value;
        }
        else if (platform.Length > 0)
        {
            string[] parts = platform.StartsWith("linux/", StringComparison.Ordinal) ? platform[6..].Split('/') : platform.StartsWith("linux_", StringComparison.Ordinal) ? [platform[6..]] : [platform];
            architecture = PythonTarget.ArchitectureOf(parts[0], parts.ElementAtOrDefault(1));
            if (!Machine().IsMatch(architecture))
            {
                throw new UsageException("bad-value", $"--platform {platform}: expected linux/amd64, linux/arm64, x86_64, aarch64 or a tag such as manylinux_2_28_x86_64; other systems than Linux are not built for");
            }
        }

        return (architecture, libC ?? (machine?.Target.Architecture == architecture ? machine.Target.LibC : s_usualLibC));
    }

    private static LibC LibCOf(string option, string kind, string version) => LibC.TryParse(kind + version, out LibC libC)
        ? libC
        : throw new UsageException("bad-value", $"{option} {version}: expected a version such as {(kind == "musl" ? "1.2" : "2.36")}");

    [GeneratedRegex(@"\A(?<kind>many|musl)linux_(?<major>\d{1,3})_(?<minor>\d{1,4})_(?<machine>[a-z0-9_]+)\z")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\A(x86_64|aarch64|i686|armv[678]l|ppc64le|s390x|riscv64|loongarch64)\z")]
    private static partial Regex Machine();
}
