using System.CommandLine;
using System.Text;
using Slipway.Cli.Commands.Conda;
using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Inputs;
using Slipway.PyPi.Locks;
using Slipway.PyPi.Requirements;

namespace Slipway.Cli.Commands.Pip;

/// <summary>What a command of <c>pip</c> is asked for: requirements and options of its words, flags and files, or a lock.</summary>
internal sealed record PipInput
{
    // What is read when nothing is named, the first that is there.
    private static readonly string[] s_usualFiles = ["requirements.in", "pyproject.toml", "requirements.txt"];

    private static readonly (string Name, string Option)[] s_variables =
        [("PIP_INDEX_URL", "--index-url"), ("PIP_EXTRA_INDEX_URL", "--extra-index-url"), ("PIP_FIND_LINKS", "--find-links"), ("PIP_TRUSTED_HOST", "--trusted-host")];

    /// <summary>What files, flags and words ask for.</summary>
    public required PythonInput Asked { get; init; }

    public IReadOnlyList<Diagnostic> Warnings { get; init; } = [];

    /// <summary>Requirements and options, as pip would read them from one file.</summary>
    public RequirementsFile File => Asked.File;

    /// <summary>A lock to take the packages from; null: they are to be found.</summary>
    public LockInput? Lock => Asked.Lock;

    public IEnumerable<WrittenRequirement> Wanted => File.Requirements.Where(r => !r.IsConstraint);

    /// <summary>Reads what the command line names.</summary>
    /// <param name="flags">The command's flags.</param>
    /// <param name="parsed">Their values.</param>
    /// <param name="mayBeLocked">Whether a lock that is here is what to start from when nothing is named.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">A file is wrong; all mistakes at once.</exception>
    public static async Task<PipInput> ReadAsync(PipFlags flags, ParseResult parsed, bool mayBeLocked, CancellationToken cancellationToken)
    {
        List<Diagnostic> problems = [];
        string[] words = parsed.GetValue(flags.Wanted)!, named = parsed.GetValue(flags.Files)!;
        CheckWords(words);
        if (words.Length == 0 && named.Length == 0)
        {
            named = [(mayBeLocked && System.IO.File.Exists("pylock.toml") ? "pylock.toml" : s_usualFiles.FirstOrDefault(System.IO.File.Exists))
                ?? throw new UsageException("nothing-wanted", $"no package is named, and there is none of {(mayBeLocked ? "pylock.toml, " : "")}{string.Join(", ", s_usualFiles)} here", "name packages, or a file with -r")];
        }

        CheckCombination(words, named, flags.Choice(parsed));
        var files = new FolderFiles(Directory.GetCurrentDirectory(), mayLeave: true);
        string[] lists = [.. named.Where(n => PythonFileKinds.Of(n) == PythonFileKind.Requirements)];
        var lines = new RequirementsFileReader(files, CliContext.Environment);
        var input = new PythonInput
        {
            File = await ReadLinesAsync(
                lines, [.. OfEnvironment(flags.NamesIndex(parsed)), .. flags.OptionLines(parsed), .. lists.Select(n => "-r " + PipFlags.Quoted(n)), .. parsed.GetValue(flags.Constraints)!.Select(n => "-c " + PipFlags.Quoted(n)), .. words],
                problems, cancellationToken),
        };
        var reader = new PythonInputReader(files, CliContext.Environment, CondaFiles.PipPart);
        foreach (string name in named.Except(lists))
        {
            input = input.And(await reader.ReadAsync(name, flags.Choice(parsed), problems, cancellationToken));
        }

        List<Requirement> overrides = [];
        foreach (string path in parsed.GetValue(flags.Overrides)!)
        {
            RequirementsFile read = await lines.ReadAsync(path, asConstraints: false, problems, cancellationToken);
            overrides.AddRange(read.Requirements.Select(r => r.ToRequirement()).OfType<Requirement>());
        }

        HashMode.Check(input.File, problems);
        ConstraintRules.Check(input.File, problems);
        return problems.Any(p => p.Severity == Severity.Error)
            ? throw new DiagnosticException([.. problems])
            : new PipInput { Asked = input with { Overrides = [.. overrides, .. input.Overrides] }, Warnings = problems };
    }

    private static void CheckCombination(string[] words, string[] named, ProjectChoice choice)
    {
        if (named.Any(n => PythonFileKinds.Of(n).IsLock()) && words.Length + named.Length > 1)
        {
            throw new UsageException("lock-and-more", "a lock says all packages, so nothing can be asked for besides it", "leave the packages and other files away, or lock again with them");
        }

        if (!choice.IsNone && !named.Any(n => PythonFileKinds.Of(n).HasChoices()))
        {
            throw new UsageException("no-project", "--extra, --all-extras and --group are for a project or a lock, and none is read", "name it: -r pyproject.toml");
        }
    }

    // "pip install requirements.txt" is a slip that pip answers with the package of that name, if somebody has registered it.
    private static void CheckWords(IEnumerable<string> words)
    {
        if (words.FirstOrDefault(w => PipFileNames.IsMeantAsFile(w, System.IO.File.Exists(w))) is { } word)
        {
            throw new UsageException("a-file", $"{word} is the name of a file, and packages are named here", $"did you mean -r {word}?");
        }
    }

    /// <summary>A lock of a file.</summary>
    /// <returns>Null where it is wrong; the problems say how.</returns>
    public static PythonLock? ReadLock(string path, List<Diagnostic> problems) => PylockReader.Read(new SourceText(path, System.IO.File.ReadAllText(path)), problems);

    // The words of the command line stand below each other in a text, so that a message can show the one it is about.
    private static async Task<RequirementsFile> ReadLinesAsync(RequirementsFileReader reader, IReadOnlyList<string> lines, List<Diagnostic> problems, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        List<WrittenText> written = [];
        foreach (string line in lines)
        {
            written.Add(new WrittenText(line, new TextSpan(text.Length, line.Length)));
            text.Append(line).Append('\n');
        }

        return await reader.ReadLinesAsync(new SourceText("command line", text.ToString()), "", written, problems, cancellationToken);
    }

    // As pip has them. Of the main index only what counts most is passed on: two would be told as a mistake.
    private static IEnumerable<string> OfEnvironment(bool hasIndex) =>
        from variable in s_variables
        where !hasIndex || variable.Option != "--index-url"
        from value in (CliContext.Environment(variable.Name) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
        select $"{variable.Option} {PipFlags.Quoted(value)}";
}
