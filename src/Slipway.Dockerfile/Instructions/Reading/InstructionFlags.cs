using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

/// <summary>The flags of one instruction, checked against the ones it knows.</summary>
internal sealed class InstructionFlags
{
    private readonly Dictionary<string, List<Word>> _values = [];

    /// <param name="flags">The words before the arguments.</param>
    /// <param name="instruction">The name for messages.</param>
    /// <param name="known">The flags there are.</param>
    /// <exception cref="InstructionException">A flag is unknown, repeated, lacks its value or is no boolean.</exception>
    public InstructionFlags(IEnumerable<Word> flags, string instruction, params ReadOnlySpan<FlagKind> known)
    {
        foreach (Word flag in flags)
        {
            Add(flag, instruction, known);
        }
    }

    /// <summary>The flags that were given.</summary>
    public IReadOnlyCollection<string> Used => _values.Keys;

    public Word? Text(string name) => _values.TryGetValue(name, out List<Word>? values) ? values[0] : null;

    public IReadOnlyList<Word> Texts(string name) => _values.TryGetValue(name, out List<Word>? values) ? values : [];

    public bool? Boolean(string name) => Text(name) is { } value ? value.Text == "true" : null;

    private void Add(Word flag, string instruction, ReadOnlySpan<FlagKind> known)
    {
        int equals = flag.Text.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? flag.Text[2..] : flag.Text[2..equals];
        string? value = equals < 0 ? null : flag.Text[(equals + 1)..];
        FlagKind kind = Find(known, name) ?? throw Unknown(name, flag.Span, instruction, known);
        if (!_values.TryGetValue(name, out List<Word>? values))
        {
            _values[name] = values = [];
        }
        else if (!kind.IsRepeatable)
        {
            throw new InstructionException("repeated-flag", $"duplicate flag specified: --{name}", flag.Span);
        }

        values.Add(new Word(Check(kind, value, flag.Span), flag.Span));
    }

    private static string Check(FlagKind kind, string? value, TextSpan span)
    {
        if (kind.IsBoolean ? value?.Length == 0 : value is null)
        {
            throw new InstructionException("flag-without-value", $"missing a value on flag: --{kind.Name}", span);
        }

        if (!kind.IsBoolean)
        {
            return value!;
        }

        string lower = (value ?? "true").ToLowerInvariant();
        return lower is "true" or "false"
            ? lower
            : throw new InstructionException("bad-flag-value", $"expecting boolean value for flag --{kind.Name}, not: {value}", span);
    }

    private static FlagKind? Find(ReadOnlySpan<FlagKind> known, string name)
    {
        foreach (FlagKind kind in known)
        {
            if (kind.Name == name)
            {
                return kind;
            }
        }

        return null;
    }

    private static InstructionException Unknown(string name, TextSpan span, string instruction, ReadOnlySpan<FlagKind> known)
    {
        string[] names = new string[known.Length];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = known[i].Name;
        }

        string help = names.Length == 0
            ? $"{instruction} takes no flags; write -- before arguments that start with two hyphens"
            : $"{instruction} takes --{string.Join(", --", names)}";
        return new InstructionException("unknown-flag", $"unknown flag: --{name}{DidYouMean.Of(name, names)}", span, help);
    }
}

/// <summary>A flag an instruction knows.</summary>
internal sealed record FlagKind(string Name, bool IsBoolean = false, bool IsRepeatable = false)
{
    public static implicit operator FlagKind(string name) => new(name);

    public static FlagKind Switch(string name) => new(name, IsBoolean: true);

    public static FlagKind List(string name) => new(name, IsRepeatable: true);
}
