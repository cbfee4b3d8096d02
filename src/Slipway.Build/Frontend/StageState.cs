using Slipway.Build.Contexts;
using Slipway.Build.Graph;
using Slipway.Dockerfile;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Build.Frontend;

/// <summary>What a stage has become while its instructions are planned one after another.</summary>
internal sealed class StageState
{
    /// <summary>What docker gives when neither base image nor recipe sets PATH.</summary>
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private readonly WordExpander _expander;

    public StageState(StageLabel label, ImageConfig image, Operation fileSystem, WordExpander expander)
    {
        (Label, Image, FileSystem, _expander) = (label, image, fileSystem, expander);
        Scope = new ArgumentScope(image.Config.Env);
        if (Scope.Lookup("PATH") is null)
        {
            Scope.SetEnvironment("PATH", DefaultPath);
        }
    }

    public StageLabel Label { get; }

    /// <summary>The image configuration so far; environment and history are kept apart until <see cref="Finish"/>.</summary>
    public ImageConfig Image { get; private set; }

    public ContainerConfig Config
    {
        get => Image.Config;
        set => Image = Image with { Config = value };
    }

    public ArgumentScope Scope { get; }

    public Operation FileSystem { get; set; }

    public List<PlannedHistory> History { get; } = [];

    /// <summary>Whether this stage itself has a CMD, which an ENTRYPOINT then keeps.</summary>
    public bool HasOwnCommand { get; set; }

    public string? Author
    {
        set => Image = Image with { Author = value };
    }

    /// <summary>The shell of shell forms.</summary>
    public IReadOnlyList<string> Shell => Config.Shell is { Count: > 0 } shell ? shell : ["/bin/sh", "-c"];

    /// <summary>The working directory, absolute.</summary>
    public string Directory => string.IsNullOrEmpty(Config.WorkingDir) ? "/" : Config.WorkingDir;

    /// <summary>An absolute, clean path; a relative one joins the working directory.</summary>
    public string Absolute(string path) => "/" + PathResolver.Clean(path.StartsWith('/') ? path : $"{Directory}/{path}");

    /// <summary>A word with its variables replaced.</summary>
    /// <exception cref="DiagnosticException">The word cannot be expanded.</exception>
    public string Expand(Instruction instruction, Word word) =>
        Guard(instruction, word.Span, () => _expander.Expand(word.Text, Scope.Lookup));

    /// <summary>A word with its variables replaced, split where unquoted white space came out.</summary>
    public IReadOnlyList<string> ExpandToWords(Instruction instruction, Word word) =>
        Guard(instruction, word.Span, () => _expander.ExpandToWords(word.Text, Scope.Lookup));

    /// <summary>Heredoc text with its variables replaced.</summary>
    public string ExpandHeredoc(Instruction instruction, string text) =>
        Guard(instruction, instruction.Span, () => WordExpander.ExpandHeredoc(text, Scope.Lookup).Text);

    /// <summary>Expansion by text alone, for values that are parsed further.</summary>
    public string ExpandText(string text) => _expander.Expand(text, Scope.Lookup);

    /// <summary>Runs a parser of values; what it finds wrong becomes an error at the place.</summary>
    public static T Guard<T>(Instruction instruction, TextSpan span, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (Exception e) when (e is ExpansionException or FormatException)
        {
            throw new DiagnosticException(new Diagnostic(Severity.Error, "bad-value", e.Message, instruction.Source, span));
        }
    }

    public StepOrigin Origin(Instruction instruction) =>
        new(Label, Label.NextStep(), instruction.Text, instruction.Source, instruction.Span);

    /// <summary>Adds a history entry for an instruction that only changes the configuration.</summary>
    public void Remember(string createdBy) => History.Add(new PlannedHistory(createdBy, null));

    /// <summary>Makes an operation the stage's new file system.</summary>
    public void Append(Operation operation, string createdBy)
    {
        FileSystem = operation;
        History.Add(new PlannedHistory(createdBy, operation));
    }

    public ImageConfig Finish() => Image with { Config = Config with { Env = Scope.Environment } };
}
