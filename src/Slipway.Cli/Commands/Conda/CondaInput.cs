using System.CommandLine;
using Slipway.Conda.Files;
using Slipway.Conda.Matching;
using Slipway.Conda.Records;
using Slipway.Conda.Versions;
using Slipway.Foundation.Text;
using Host = Slipway.Images.Model.Platform;

namespace Slipway.Cli.Commands.Conda;

/// <summary>What a command line and its files ask for, on one platform.</summary>
internal sealed record CondaInput
{
    private const string PixiName = "pixi.lock";

    private static readonly string[] s_usual = ["environment.yml", "environment.yaml"];

    public required string Platform { get; init; }

    /// <summary>What is wanted, the most important first.</summary>
    public IReadOnlyList<MatchSpec> Specs { get; init; } = [];

    /// <summary>As written, the one to prefer first.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Exact packages, of locks and explicit lists; null when there is none of those.</summary>
    public IReadOnlyList<LockedPackage>? Locked { get; init; }

    /// <summary>The lines of <c>pip:</c> parts, with the files they stand in.</summary>
    public IReadOnlyList<(SourceText Source, IReadOnlyList<WrittenText> Lines)> PipLines { get; init; } = [];

    /// <summary>Exact packages of locks that are no conda packages.</summary>
    public IReadOnlyList<LockedPackage> PipLocked { get; init; } = [];

    /// <summary>The files, as they were named.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>What should be told besides.</summary>
    public IReadOnlyList<Diagnostic> Warnings { get; init; } = [];

    /// <summary>The platforms a command is for: those it names, else those of its files, else this machine's.</summary>
    public static IReadOnlyList<string> PlatformsOf(CondaFlags flags, ParseResult parsed)
    {
        string[] named = [.. parsed.GetValue(flags.Platforms)!.SelectMany(p => p.Split(',')).Select(Subdir)];
        if (named.Length > 0)
        {
            return [.. named.Distinct()];
        }

        string here = Subdir(Host.Host.ToString());
        string[] written = [.. FilesOf(flags, parsed).Where(IsEnvironment).SelectMany(f => EnvironmentFileReader.Read(Open(f), here, []) is { } file ? file.Platforms : [])];
        return written.Length > 0 ? [.. written.Distinct()] : [here];
    }

    /// <summary>Reads the files and packages of a command line.</summary>
    /// <exception cref="DiagnosticException">Files are missing or have mistakes; all of them.</exception>
    public static CondaInput Read(CondaFlags flags, ParseResult parsed, string platform)
    {
        List<Diagnostic> problems = [];
        IReadOnlyList<string> files = FilesOf(flags, parsed);
        var input = new CondaInput { Platform = platform, Channels = parsed.GetValue(flags.Channels)!, Files = files };
        foreach (string file in files)
        {
            input = input.With(Open(file), problems);
        }

        WrittenText[] named = [.. parsed.GetValue(flags.Specs)!.Select(text => new WrittenText(text, default))];
        foreach (WrittenText spec in named)
        {
            SpecCheck.Run(spec, null, problems);
        }

        return problems.Any(p => p.Severity == Severity.Error)
            ? throw new DiagnosticException([.. problems])
            : input with { Specs = [.. input.Specs, .. Parse(named)], Channels = [.. input.Channels.Distinct()], Warnings = problems };
    }

    private CondaInput With(SourceText source, List<Diagnostic> problems)
    {
        if (Path.GetFileName(source.Path) == PixiName)
        {
            return WithLock(PixiLockReader.Read(source, "default", problems), source, problems);
        }

        if (IsLock(source))
        {
            return WithLock(CondaLockReader.Read(source, problems), source, problems);
        }

        if (!IsEnvironment(source.Path))
        {
            return WithList(TextSpecFile.Read(source, CliContext.Environment, problems), source, problems);
        }

        if (EnvironmentFileReader.Read(source, Platform, problems) is not { } file)
        {
            return this;
        }

        return this with
        {
            Specs = [.. Specs, .. Parse(file.Dependencies)],
            Channels = [.. Channels, .. file.Channels.Select(c => c.Text)],
            Variables = file.Variables.Concat(Variables).DistinctBy(v => v.Key).ToDictionary(),
            PipLines = file.Pip is { Count: > 0 } pip ? [.. PipLines, (source, pip)] : PipLines,
        };
    }

    private CondaInput WithList(TextSpecFile list, SourceText source, List<Diagnostic> problems)
    {
        if (list.Platform is { } written && written != Platform && list.Explicit is not null)
        {
            problems.Add(new Diagnostic(
                Severity.Error, "other-platform", $"the list is for {written}, not for {Platform}", source, default, $"write --platform {written}, or make a list for {Platform}"));
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(source.Path))!;
        return list.Explicit is null
            ? this with { Specs = [.. Specs, .. Parse(list.Specs)] }
            : With([.. list.Explicit.Select(p => p.Url.Contains("://", StringComparison.Ordinal) ? p : p with { Url = "file://" + Path.GetFullPath(p.Url, folder) })]);
    }

    private CondaInput With(IReadOnlyList<LockedPackage> packages) => this with
    {
        Locked = [.. Locked ?? [], .. packages.Where(p => p.Manager == PackageManager.Conda)],
        PipLocked = [.. PipLocked, .. packages.Where(p => p.Manager == PackageManager.Pip)],
    };

    private CondaInput WithLock(LockFile? file, SourceText source, List<Diagnostic> problems)
    {
        if (file is not null && !file.Platforms.Contains(Platform))
        {
            problems.Add(new Diagnostic(
                Severity.Error, "other-platform", $"the lock has nothing for {Platform}; it is for {string.Join(", ", file.Platforms)}", source, default, $"lock again with --platform {Platform}"));
        }

        LockedPackage[] packages = [.. file?.For(Platform) ?? []];
        return With(packages);
    }

    // What cannot be read was reported where it stands.
    private static IEnumerable<MatchSpec> Parse(IEnumerable<WrittenText> texts) =>
        texts.Select(t => MatchSpec.TryParse(t.Text, ParseMode.Lenient, out MatchSpec? spec, out _) ? spec : null).OfType<MatchSpec>();

    private static string[] FilesOf(CondaFlags flags, ParseResult parsed)
    {
        string[] files = parsed.GetValue(flags.Files)!;
        return files.Length > 0 || parsed.GetValue(flags.Specs)!.Length > 0 ? files
            : s_usual.FirstOrDefault(File.Exists) is { } usual ? [usual]
            : throw new UsageException("nothing-wanted", "no package is named, and there is no environment.yml here", "name packages, or a file with -f");
    }

    private static SourceText Open(string path)
    {
        try
        {
            return new SourceText(path, File.ReadAllText(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            string folder = Path.GetDirectoryName(path) is { Length: > 0 } named ? named : ".";
            string? near = Directory.Exists(folder) ? Suggestion.Nearest(Path.GetFileName(path), [.. Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f))]) : null;
            throw new DiagnosticException("no-such-file", $"there is no file {path}", near is null ? null : $"did you mean {near}?");
        }
    }

    private static bool IsEnvironment(string path) => path.EndsWith(".yml", StringComparison.Ordinal) || path.EndsWith(".yaml", StringComparison.Ordinal);

    private static bool IsLock(SourceText source) =>
        source.Text.StartsWith("package:", StringComparison.Ordinal) || source.Text.Contains("\npackage:", StringComparison.Ordinal);

    // Docker's names are taken, too.
    internal static string Subdir(string platform) => platform switch
    {
        "linux/amd64" or "linux/x86_64" => "linux-64",
        "linux/arm64" or "linux/arm64/v8" or "linux/aarch64" => "linux-aarch64",
        "linux/ppc64le" => "linux-ppc64le",
        "linux/s390x" => "linux-s390x",
        _ when platform != Subdirs.NoArch && Subdirs.IsSubdir(platform) => platform,
        _ => throw new UsageException("bad-platform", $"--platform {platform}: not a platform", "write for example linux-64 or linux-aarch64"),
    };
}
