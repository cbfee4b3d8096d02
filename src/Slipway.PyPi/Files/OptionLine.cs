using Slipway.Foundation.Text;

namespace Slipway.PyPi.Files;

/// <summary>What an option of a requirements file is for.</summary>
internal enum OptionKind
{
    IndexUrl,
    ExtraIndexUrl,
    NoIndex,
    FindLinks,
    Requirements,
    Constraints,
    Editable,
    NoBinary,
    OnlyBinary,
    PreferBinary,
    RequireHashes,
    NoRequireHashes,
    Pre,
    AllReleases,
    OnlyFinal,
    TrustedHost,
    UseFeature,
    Hash,
    ConfigSettings,
    GlobalOption,
}

/// <summary>An option as it was written.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Name">Its name as written, for messages.</param>
/// <param name="Value">What it is set to; empty for a switch.</param>
internal sealed record WrittenOption(OptionKind Kind, string Name, WrittenText Value);

/// <summary>A line of a requirements file taken apart: what stands before the first option, and the options.</summary>
/// <param name="Requirement">Null when the line has only options.</param>
/// <param name="Options">In order.</param>
/// <param name="Others">Words among the options that belong to none; pip passes over them.</param>
internal sealed record OptionLine(TracedText? Requirement, IReadOnlyList<WrittenOption> Options, IReadOnlyList<WrittenText> Others)
{
    private static readonly Dictionary<string, (OptionKind Kind, bool TakesValue)> s_long = new(StringComparer.Ordinal)
    {
        ["--index-url"] = (OptionKind.IndexUrl, true),
        ["--pypi-url"] = (OptionKind.IndexUrl, true),
        ["--extra-index-url"] = (OptionKind.ExtraIndexUrl, true),
        ["--no-index"] = (OptionKind.NoIndex, false),
        ["--find-links"] = (OptionKind.FindLinks, true),
        ["--requirement"] = (OptionKind.Requirements, true),
        ["--constraint"] = (OptionKind.Constraints, true),
        ["--editable"] = (OptionKind.Editable, true),
        ["--no-binary"] = (OptionKind.NoBinary, true),
        ["--only-binary"] = (OptionKind.OnlyBinary, true),
        ["--prefer-binary"] = (OptionKind.PreferBinary, false),
        ["--require-hashes"] = (OptionKind.RequireHashes, false),
        ["--no-require-hashes"] = (OptionKind.NoRequireHashes, false),
        ["--pre"] = (OptionKind.Pre, false),
        ["--all-releases"] = (OptionKind.AllReleases, true),
        ["--only-final"] = (OptionKind.OnlyFinal, true),
        ["--trusted-host"] = (OptionKind.TrustedHost, true),
        ["--use-feature"] = (OptionKind.UseFeature, true),
        ["--hash"] = (OptionKind.Hash, true),
        ["--config-settings"] = (OptionKind.ConfigSettings, true),
        ["--config-setting"] = (OptionKind.ConfigSettings, true),
        ["--global-option"] = (OptionKind.GlobalOption, true),
    };

    private static readonly Dictionary<char, OptionKind> s_short = new()
    {
        ['i'] = OptionKind.IndexUrl,
        ['r'] = OptionKind.Requirements,
        ['c'] = OptionKind.Constraints,
        ['e'] = OptionKind.Editable,
        ['f'] = OptionKind.FindLinks,
        ['C'] = OptionKind.ConfigSettings,
    };

    /// <summary>Takes a line apart.</summary>
    /// <exception cref="OptionException">An option is not known or lacks its value, or a quote is not closed.</exception>
    public static OptionLine Read(TracedText line)
    {
        int at = OptionsStart(line.Text);
        TracedText requirement = line.Slice(0, at), rest = line.Slice(at, line.Text.Length);
        IReadOnlyList<WrittenText> words;
        try
        {
            words = ShellWords.Split(rest);
        }
        catch (FormatException e)
        {
            throw new OptionException($"the options of this line cannot be read: {e.Message}", rest.Span, "an apostrophe within a value stands in double quotes");
        }

        List<WrittenOption> options = [];
        List<WrittenText> others = [];
        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i].Text;
            if (word == "--")
            {
                others.AddRange(words.Skip(i + 1));
                break;
            }

            if (word.StartsWith("--", StringComparison.Ordinal))
            {
                Long(ref i);
            }
            else if (word.StartsWith('-') && word.Length > 1)
            {
                Short(ref i);
            }
            else
            {
                others.Add(words[i]);
            }
        }

        return new OptionLine(requirement.Text.Length == 0 ? null : requirement, options, others);

        void Long(ref int i)
        {
            WrittenText word = words[i];
            int equals = word.Text.IndexOf('=', StringComparison.Ordinal);
            string name = Complete(equals < 0 ? word.Text : word.Text[..equals], word.Span);
            (OptionKind kind, bool takesValue) = s_long[name];
            if (!takesValue && equals >= 0)
            {
                throw new OptionException($"{name} is a switch and takes no value", word.Span, $"write {name} alone");
            }

            options.Add(new WrittenOption(kind, name, !takesValue ? word with { Text = "" } : equals >= 0 ? word with { Text = word.Text[(equals + 1)..] } : Next(ref i, name)));
        }

        void Short(ref int i)
        {
            WrittenText word = words[i];
            string name = word.Text[..2];
            if (!s_short.TryGetValue(name[1], out OptionKind kind))
            {
                throw new OptionException($"{name} is no option of a requirements file", word.Span, "there are -r, -c, -e, -i, -f and -C; what pip takes on its command line only cannot stand here");
            }

            options.Add(new WrittenOption(kind, name, word.Text.Length > 2 ? word with { Text = word.Text[2..] } : Next(ref i, name)));
        }

        WrittenText Next(ref int i, string name) => ++i < words.Count
            ? words[i]
            : throw new OptionException($"the value of {name} is missing", words[i - 1].Span, $"write {name} and its value on the same line");
    }

    // pip cuts the line at single spaces and takes everything from the first piece that begins with a dash as options.
    private static int OptionsStart(string line)
    {
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == '-' && (i == 0 || line[i - 1] == ' '))
            {
                return i;
            }
        }

        return line.Length;
    }

    // A long option may be cut short as far as it stays the only one.
    private static string Complete(string written, TextSpan span)
    {
        if (s_long.ContainsKey(written))
        {
            return written;
        }

        string[] meant = [.. s_long.Keys.Where(k => k.StartsWith(written, StringComparison.Ordinal))];
        return meant switch
        {
            [var one] => one,
            [] => throw new OptionException(
                $"{written} is no option of a requirements file", span,
                Suggestion.Nearest(written, s_long.Keys) is { } near ? $"did you mean {near}?" : "what pip takes on its command line only cannot stand here"),
            _ => throw new OptionException($"{written} may stand for {string.Join(" or ", meant)}", span, "write the whole name"),
        };
    }
}

/// <summary>A line whose options cannot be read; the reader makes a diagnostic of it.</summary>
internal sealed class OptionException(string message, TextSpan span, string? help) : FormatException(message)
{
    public TextSpan Span => span;

    public string? Help => help;
}
