using System.Text.RegularExpressions;

namespace Slipway.Dockerfile;

/// <summary>Turns an instruction's syntax into its typed form.</summary>
internal static partial class InstructionReader
{
    /// <summary>The instructions of the language, without the conditionals.</summary>
    public static readonly string[] Names =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
        "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ];

    private static readonly string[] Suggested = [.. Names, .. ConditionalReader.Keywords];

    /// <exception cref="InstructionException">The instruction is unknown or malformed.</exception>
    public static Instruction Read(InstructionSyntax syntax) => syntax.Name switch
    {
        "ADD" => TransferReader.ReadAdd(syntax),
        "ARG" => ReadArg(syntax),
        "CMD" => new CmdInstruction(WithoutFlags(syntax), ReadCommand(syntax)),
        "COPY" => TransferReader.ReadCopy(syntax),
        "ENTRYPOINT" => new EntrypointInstruction(WithoutFlags(syntax), ReadCommand(syntax)),
        "ENV" => ReadEnv(syntax),
        "EXPOSE" => new ExposeInstruction(WithoutFlags(syntax), AtLeastOne(syntax, WordSplitter.AtSpaces(syntax))),
        "FROM" => ReadFrom(syntax),
        "HEALTHCHECK" => HealthcheckReader.Read(syntax),
        "LABEL" => ReadLabel(syntax),
        "MAINTAINER" => new MaintainerInstruction(WithoutFlags(syntax), One(syntax).Text),
        "ONBUILD" => ReadOnbuild(syntax),
        "RUN" => RunReader.Read(syntax),
        "SHELL" => ReadShell(syntax),
        "STOPSIGNAL" => new StopSignalInstruction(WithoutFlags(syntax), One(syntax)),
        "USER" => new UserInstruction(WithoutFlags(syntax), One(syntax)),
        "VOLUME" => ReadVolume(syntax),
        "WORKDIR" => new WorkdirInstruction(WithoutFlags(syntax), One(syntax)),
        _ => throw Unknown(syntax),
    };

    /// <summary>The command of RUN, CMD, ENTRYPOINT and HEALTHCHECK.</summary>
    /// <param name="syntax">The instruction.</param>
    /// <param name="skip">How much of the arguments stands before the command.</param>
    internal static CommandLine ReadCommand(InstructionSyntax syntax, int skip = 0)
    {
        if (WordSplitter.JsonArguments(syntax, skip) is { } words)
        {
            return new CommandLine(IsShell: false, [.. words.Select(w => w.Text)], []);
        }

        string text = syntax.Arguments.Text[skip..];
        return new CommandLine(IsShell: true, text.Length == 0 ? [] : [text], syntax.Heredocs);
    }

    private static InstructionSyntax WithoutFlags(InstructionSyntax syntax)
    {
        _ = new InstructionFlags(syntax.Flags, syntax.Name);
        return syntax;
    }

    private static Word One(InstructionSyntax syntax) => syntax.Arguments.Text.Length > 0
        ? syntax.Arguments
        : throw new InstructionException("missing-argument", $"{syntax.Name} requires exactly one argument");

    private static IReadOnlyList<Word> AtLeastOne(InstructionSyntax syntax, IReadOnlyList<Word> words) => words.Count > 0
        ? words
        : throw new InstructionException("missing-argument", $"{syntax.Name} requires at least one argument");

    private static FromInstruction ReadFrom(InstructionSyntax syntax)
    {
        var flags = new InstructionFlags(syntax.Flags, syntax.Name, "platform");
        IReadOnlyList<Word> words = WordSplitter.AtSpaces(syntax);
        bool isNamed = words.Count == 3 && words[1].Text.Equals("as", StringComparison.OrdinalIgnoreCase);
        if (!isNamed && words.Count != 1)
        {
            throw new InstructionException(
                "bad-from",
                "FROM requires either one or three arguments",
                help: "write FROM image, or FROM image AS name");
        }

        string? name = isNamed ? words[2].Text.ToLowerInvariant() : null;
        if (name is not null && !StageName().IsMatch(name))
        {
            throw new InstructionException(
                "bad-stage-name",
                $"invalid name for build stage: \"{words[2]}\", name can't start with a number or contain symbols",
                words[2].Span);
        }

        return new FromInstruction(
            syntax, words[0], isNamed ? words[1] : null, isNamed ? words[2] : null, flags.Text("platform"), Description(syntax, name));
    }

    private static ArgInstruction ReadArg(InstructionSyntax syntax)
    {
        IReadOnlyList<Word> words = AtLeastOne(WithoutFlags(syntax), WordSplitter.OutsideQuotes(syntax));
        return new ArgInstruction(syntax, [.. words.Select(word => ReadDeclaration(syntax, word))]);
    }

    private static ArgDeclaration ReadDeclaration(InstructionSyntax syntax, Word word)
    {
        int equals = word.Text.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? word.Text : word.Text[..equals];
        if (name.Length == 0)
        {
            throw new InstructionException("blank-name", "ARG names can not be blank", word.Span);
        }

        Word? value = equals < 0 ? null : word with { Text = word.Text[(equals + 1)..] };
        return new ArgDeclaration(name, value, Description(syntax, name), word.Span);
    }

    private static OnbuildInstruction ReadOnbuild(InstructionSyntax syntax)
    {
        One(WithoutFlags(syntax), "ONBUILD requires at least one argument");
        InstructionSyntax inner = syntax.Inner();
        switch (inner.Name)
        {
            case "ONBUILD":
                throw new InstructionException("bad-trigger", "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed", inner.Keyword.Span);
            case "FROM" or "MAINTAINER":
                throw new InstructionException("bad-trigger", $"{inner.Name} isn't allowed as an ONBUILD trigger", inner.Keyword.Span);
        }

        string expression = string.Join('\n', [inner.Text, .. syntax.Heredocs.Select(h => h.Content + h.Name)]);
        return new OnbuildInstruction(syntax, Read(inner), expression);
    }

    private static ShellInstruction ReadShell(InstructionSyntax syntax)
    {
        One(WithoutFlags(syntax), "SHELL requires at least one argument");
        IReadOnlyList<Word> words = WordSplitter.JsonArguments(syntax) ?? throw new InstructionException(
            "shell-not-json",
            $"SHELL requires the arguments to be in JSON form: {syntax.Text}",
            syntax.Arguments.Span,
            "write SHELL [\"executable\", \"parameter\"]");
        return new ShellInstruction(syntax, [.. AtLeastOne(syntax, words).Select(w => w.Text)]);
    }

    private static VolumeInstruction ReadVolume(InstructionSyntax syntax)
    {
        IReadOnlyList<Word> words = AtLeastOne(WithoutFlags(syntax), WordSplitter.JsonOrSpaces(syntax));
        foreach (Word word in words)
        {
            if (word.Text.AsSpan().IsWhiteSpace())
            {
                throw new InstructionException("blank-volume", "VOLUME specified can not be an empty string", word.Span);
            }
        }

        return new VolumeInstruction(syntax, [.. words.Select(w => w with { Text = w.Text.Trim() })]);
    }

    private static void One(InstructionSyntax syntax, string complaint)
    {
        if (syntax.Arguments.Text.Length == 0)
        {
            throw new InstructionException("missing-argument", complaint);
        }
    }

    /// <summary>What a comment above says about a name: the rest of a line that starts with it.</summary>
    private static string Description(InstructionSyntax syntax, string? name) =>
        name is null ? "" : syntax.Comments.FirstOrDefault(c => c.StartsWith(name + " ", StringComparison.Ordinal))?[(name.Length + 1)..] ?? "";

    private static InstructionException Unknown(InstructionSyntax syntax)
    {
        string name = syntax.Keyword.Text;
        return new InstructionException(
            "unknown-instruction",
            $"unknown instruction: {name}{DidYouMean.Of(name, Suggested)}",
            syntax.Keyword.Span,
            "a line that belongs to the instruction above needs a continuation character at the end of the line before");
    }

    [GeneratedRegex("^[a-z][a-z0-9-_.]*$", RegexOptions.CultureInvariant)]
    private static partial Regex StageName();
}
