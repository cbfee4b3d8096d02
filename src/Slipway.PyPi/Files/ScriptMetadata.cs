using System.Text.RegularExpressions;
using Slipway.Foundation.Text;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Files;

/// <summary>What a Python script says it needs, in the comment block <c># /// script</c> (PEP 723).</summary>
public sealed partial record ScriptMetadata
{
    /// <summary>What it needs.</summary>
    public IReadOnlyList<WrittenRequirement> Dependencies { get; init; } = [];

    /// <summary>The Pythons it is for; null: all.</summary>
    public VersionSpecifiers? RequiresPython { get; init; }

    /// <summary>Reads a script.</summary>
    /// <returns>Null when it has no such block, or when the block cannot be read.</returns>
    public static ScriptMetadata? Read(SourceText source, ICollection<Diagnostic> problems)
    {
        Match[] blocks = [.. Block().Matches(source.Text).Where(m => m.Groups["type"].Value == "script")];
        if (blocks.Length == 0)
        {
            return null;
        }

        if (blocks.Length > 1)
        {
            problems.Add(new Diagnostic(Severity.Error, "duplicate-block", "there are several blocks '# /// script'", source, new TextSpan(blocks[1].Index, blocks[1].Length), "put them together"));
            return null;
        }

        // The same text with everything blank but what is TOML, so that each place in it is its place in the script.
        char[] toml = source.Text.ToCharArray();
        Group content = blocks[0].Groups["content"];
        for (int i = 0; i < toml.Length; i++)
        {
            bool isInside = i >= content.Index && i < content.Index + content.Length;
            bool isMargin = isInside && (toml[i] == '#' || toml[i] == ' ') && (i == 0 || source.Text[i - 1] == '\n' || (toml[i] == ' ' && source.Text[i - 1] == '#' && (i == 1 || source.Text[i - 2] == '\n')));
            toml[i] = toml[i] is '\n' or '\r' || (isInside && !isMargin) ? toml[i] : ' ';
        }

        var read = new TomlRequirements(source, problems);
        return TomlDocument.Open(source, problems, new SourceText(source.Path, new string(toml))) is { } fields
            ? new ScriptMetadata { Dependencies = read.ReadAll(fields.Texts("dependencies")), RequiresPython = read.Specifiers(fields.Text("requires-python")) }
            : null;
    }

    // The expression of PEP 723.
    [GeneratedRegex(@"^# /// (?<type>[a-zA-Z0-9-]+)\r?\n(?<content>(?:#(?:| [^\r\n]*)\r?\n)+)# ///\r?$", RegexOptions.Multiline)]
    private static partial Regex Block();
}
