using System.Globalization;
using System.Text;

namespace Slipway.Dockerfile.Tests;

/// <summary>The dump of BuildKit's parse tree, made from our instructions: one line per instruction.</summary>
internal static class SyntaxDump
{
    public static string Of(DockerfileDocument document) =>
        string.Concat(document.Nodes.Cast<Instruction>().Select(i => $"({Line(i)})\n"));

    private static string Line(Instruction instruction)
    {
        var parts = new List<string> { instruction.Name.ToLowerInvariant() };
        if (instruction.Syntax.Flags.Count > 0)
        {
            parts.Add($"[{string.Join(' ', instruction.Syntax.Flags.Select(f => Quote(f.Text)))}]");
        }

        parts.AddRange(instruction is OnbuildInstruction onbuild ? [$"({Line(onbuild.Trigger)})"] : Words(instruction).Select(Quote));
        return string.Join(' ', parts);
    }

    private static IEnumerable<string> Words(Instruction instruction) => instruction switch
    {
        FromInstruction or ExposeInstruction => WordSplitter.AtSpaces(instruction.Syntax).Select(w => w.Text),
        TransferInstruction or VolumeInstruction => WordSplitter.JsonOrSpaces(instruction.Syntax).Select(w => w.Text),
        ArgInstruction => WordSplitter.OutsideQuotes(instruction.Syntax).Select(w => w.Text),
        EnvInstruction env => Pairs(env.Pairs, env.IsLegacy),
        LabelInstruction label => Pairs(label.Pairs, label.IsLegacy),
        RunInstruction run => run.Command.Arguments,
        CmdInstruction cmd => cmd.Command.Arguments,
        EntrypointInstruction entrypoint => entrypoint.Command.Arguments,
        ShellInstruction shell => shell.Shell,
        HealthcheckInstruction { Command: null } => ["NONE"],
        HealthcheckInstruction health => [WordSplitter.AtSpaces(health.Syntax)[0].Text, .. health.Command.Arguments],
        _ => [instruction.Syntax.Arguments.Text],
    };

    private static IEnumerable<string> Pairs(IEnumerable<KeyValueWord> pairs, bool isLegacy) =>
        pairs.SelectMany(p => (string[])[p.Key.Text, p.Value.Text, isLegacy ? "" : "="]);

    /// <summary>As Go's strconv.Quote.</summary>
    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\a' => "\\a",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\v' => "\\v",
                < ' ' or '\x7f' => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
