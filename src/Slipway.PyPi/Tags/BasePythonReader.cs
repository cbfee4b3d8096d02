using System.Globalization;
using System.Text.RegularExpressions;
using Slipway.Foundation.Text;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Tags;

/// <summary>
/// Finds the Python of a base image without running anything of it: through the image's <c>PATH</c>, its version from the texts in the program or its library, the machine
/// and the C library from the program's header, the C library's version from the library itself.
/// </summary>
/// <param name="tree">The image's files.</param>
/// <param name="searchPath">The image's <c>PATH</c>; null: the usual one.</param>
public sealed partial class BasePythonReader(IFileTree tree, string? searchPath = null)
{
    /// <summary>The code of the mistake that there is no Python.</summary>
    public const string NoPythonCode = "no-python";

    private const string UsualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static readonly string[] s_names = ["python3", "python"];

    private readonly LibCReader _libC = new(tree);

    /// <summary>Finds the Python that <c>python3</c> means there, else <c>python</c>, else the newest <c>python3.N</c>.</summary>
    /// <exception cref="DiagnosticException">There is none, or not enough can be said about it.</exception>
    public async Task<BasePython> ReadAsync(CancellationToken cancellationToken)
    {
        string executable = Find() ?? throw new DiagnosticException(
            NoPythonCode, "The base image has no Python on its PATH.", "Begin with an image that has one, or install it first (RUN apt-get install -y python3), or add python to the conda part.");
        return await ReadAsync(executable, cancellationToken);
    }

    /// <summary>Reads the Python at a path.</summary>
    /// <exception cref="DiagnosticException">There is none, or not enough can be said about it.</exception>
    public async Task<BasePython> ReadAsync(string executable, CancellationToken cancellationToken)
    {
        string program = tree.Resolve(executable) ?? throw Unclear(executable, "it is not there");
        ElfHeader? header;
        await using (Stream file = await tree.OpenAsync(program, cancellationToken))
        {
            header = await ElfHeader.TryReadAsync(file, cancellationToken);
        }

        string architecture = header?.Architecture ?? throw Unclear(executable, header is null ? "it is no program but something else, perhaps a script" : "it is for a machine that Slipway does not know");
        string home = FolderAbove(program);
        (int minor, bool isFreeThreaded) = MinorOf(program, home) ?? throw Unclear(executable, $"neither its name nor {home}/lib says which version of Python 3 it is");
        string shortName = string.Create(CultureInfo.InvariantCulture, $"python3.{minor}{(isFreeThreaded ? "t" : "")}");
        PythonVersion version = await VersionOfAsync(program, home, minor, isFreeThreaded, architecture, cancellationToken) ?? throw Unclear(executable, "no text in it says its whole version");
        LibC libC = await _libC.ReadAsync(header.Interpreter, architecture, cancellationToken)
            ?? throw Unclear(executable, header.Interpreter is { } loader ? $"no version of the C library was found beside {loader}" : "it is linked with no C library");

        string prefix = FolderAbove(executable);
        bool isVirtual = prefix != home && tree.Resolve($"{prefix}/pyvenv.cfg") is not null;
        string library = tree.Resolve($"{home}/lib/{shortName}") ?? tree.Resolve($"{home}/lib64/{shortName}") ?? $"{home}/lib/{shortName}";
        return new BasePython
        {
            Target = new PythonTarget(version, libC, architecture, isFreeThreaded),
            Executable = executable,
            Program = program,
            Prefix = isVirtual ? prefix : home,
            IsVirtualEnvironment = isVirtual,
            StandardLibrary = library,
            IsExternallyManaged = !isVirtual && tree.Resolve($"{library}/EXTERNALLY-MANAGED") is not null,
            Distribution = await DistributionAsync(cancellationToken),
        };
    }

    private string? Find()
    {
        string[] folders = [.. (searchPath is { Length: > 0 } set ? set : UsualPath).Split(':', StringSplitOptions.RemoveEmptyEntries).Select(f => f.TrimEnd('/'))];
        foreach (string name in s_names)
        {
            if (folders.Select(f => $"{f}/{name}").FirstOrDefault(p => tree.Resolve(p) is not null) is { } path)
            {
                return path;
            }
        }

        return (from folder in folders
                from name in tree.Names(folder)
                let match = ProgramName().Match(name)
                where match.Success && tree.Resolve($"{folder}/{name}") is not null
                orderby int.Parse(match.Groups["minor"].ValueSpan, CultureInfo.InvariantCulture) descending
                select $"{folder}/{name}").FirstOrDefault();
    }

    private (int Minor, bool IsFreeThreaded)? MinorOf(string program, string home)
    {
        IEnumerable<string> names = [program[(program.LastIndexOf('/') + 1)..], .. tree.Names($"{home}/lib").Concat(tree.Names($"{home}/lib64")).Where(n => n.StartsWith("python", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        Match? match = names.Select(n => ProgramName().Match(n)).FirstOrDefault(m => m.Success);
        return match is null ? null : (int.Parse(match.Groups["minor"].ValueSpan, CultureInfo.InvariantCulture), match.Groups["threads"].Length > 0);
    }

    // The program has it where it is one piece; else the library that all of it is in, of which the nearest counts.
    private async Task<PythonVersion?> VersionOfAsync(string program, string home, int minor, bool isFreeThreaded, string architecture, CancellationToken cancellationToken)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"3.{minor}{(isFreeThreaded ? "t" : "")}");
        string[] folders = [$"{home}/lib", $"{home}/lib64", $"/usr/lib/{LibCReader.Triplet(architecture)}", "/usr/lib", "/usr/lib64"];
        string? library = folders.SelectMany(f => (string[])[$"{f}/libpython{name}.so.1.0", $"{f}/libpython{name}.so"]).Select(tree.Resolve).OfType<string>().FirstOrDefault();
        string start = string.Create(CultureInfo.InvariantCulture, $"3.{minor}.");
        foreach (string place in ((string?[])[tree.Resolve($"{home}/include/python{name}/patchlevel.h"), program, library]).OfType<string>())
        {
            await using Stream file = await tree.OpenAsync(place, cancellationToken);
            List<Match> found = await BinaryText.FindAsync(file, start, text => FullVersion().Match(text) is { Success: true } match ? match : null, cancellationToken);
            IEnumerable<string> versions = found.OrderBy(m => m.Index).Select(m => m.Groups["version"].Value).Where(v => v.StartsWith(start, StringComparison.Ordinal));
            if (versions.FirstOrDefault() is { } version)
            {
                return PythonVersion.Parse(version);
            }
        }

        return null;
    }

    private async Task<string?> DistributionAsync(CancellationToken cancellationToken)
    {
        if ((tree.Resolve("/etc/os-release") ?? tree.Resolve("/usr/lib/os-release")) is not { } path)
        {
            return null;
        }

        using var reader = new StreamReader(await tree.OpenAsync(path, cancellationToken));
        string? id = null, version = null;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            string value = line[(line.IndexOf('=') + 1)..].Trim('"', '\'');
            id = line.StartsWith("ID=", StringComparison.Ordinal) ? value : id;
            version = line.StartsWith("VERSION_ID=", StringComparison.Ordinal) ? value : version;
        }

        return id is null ? null : version is null ? id : $"{id} {version}";
    }

    private static string FolderAbove(string program)
    {
        string folder = program[..Math.Max(program.LastIndexOf('/'), 0)];
        return folder.EndsWith("/bin", StringComparison.Ordinal) ? (folder == "/bin" ? "/usr" : folder[..^"/bin".Length]) : folder;
    }

    private static DiagnosticException Unclear(string executable, string why) => new(
        "unclear-python", $"Which Python {executable} of the base image is cannot be said: {why}.", "Say it: --python-version 3.11 --platform glibc2.36-x86_64, with what the image has.");

    [GeneratedRegex(@"^python3\.(?<minor>\d{1,3})(?<threads>t?)$")]
    private static partial Regex ProgramName();

    // At the end of a text: linkers let a short text be the end of a longer one. A plus is what a build between two releases says.
    [GeneratedRegex(@"(?<![0-9.])(?<version>3\.\d{1,3}\.\d{1,3}((a|b|rc)\d{1,3})?)\+?""?$")]
    private static partial Regex FullVersion();
}
