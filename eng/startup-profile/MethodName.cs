namespace Slipway.StartupProfile;

/// <summary>A type as the JIT prints it: <c>Namespace.Outer`1+Inner[int,System.__Canon][]</c>.</summary>
/// <param name="FullName">Without arguments.</param>
/// <param name="Arguments">Of the generic type; those of outer types first, as in metadata.</param>
/// <param name="Rank">How many <c>[]</c> follow.</param>
internal sealed record TypeName(string FullName, IReadOnlyList<TypeName> Arguments, int Rank)
{
    public static TypeName Parse(string text)
    {
        int rank = 0;
        for (; text.EndsWith("[]", StringComparison.Ordinal); text = text[..^2])
        {
            rank++;
        }

        int open = text.EndsWith(']') ? text.IndexOf('[') : -1;
        return open < 0 ? new TypeName(text, [], rank) : new TypeName(text[..open], ParseList(text[(open + 1)..^1]), rank);
    }

    public static IReadOnlyList<TypeName> ParseList(string text)
    {
        List<TypeName> types = [];
        for (int start = 0, end; start <= text.Length && text.Length > 0; start = end + 1)
        {
            end = Brackets.IndexOutside(text, ',', start) is >= 0 and var comma ? comma : text.Length;
            types.Add(Parse(text[start..end]));
        }

        return types;
    }
}

/// <summary>A compiled method as the JIT prints it: <c>Type:Name[arguments](parameters) [Tier0, …]</c>.</summary>
internal sealed record MethodName(TypeName Type, string Name, IReadOnlyList<TypeName> Arguments, int Parameters)
{
    private const string Lead = "JIT compiled ";

    /// <summary>Null for what has no place in an assembly.</summary>
    public static MethodName? TryParse(string line)
    {
        int start = line.IndexOf(Lead, StringComparison.Ordinal) + Lead.Length, end = line.LastIndexOf(" [", StringComparison.Ordinal);
        if (start < Lead.Length || end < start)
        {
            return null;
        }

        string text = line[start..end];
        int colon = Brackets.IndexOutside(text, ':', 0), open = colon < 0 ? -1 : Brackets.IndexOutside(text, '(', colon);
        if (open < 0 || text.StartsWith('('))
        {
            return null;
        }

        string name = text[(colon + 1)..open];
        int bracket = name.EndsWith(']') ? name.IndexOf('[') : -1;
        return new MethodName(
            TypeName.Parse(text[..colon]),
            bracket < 0 ? name : name[..bracket],
            bracket < 0 ? [] : TypeName.ParseList(name[(bracket + 1)..^1]),
            TypeName.ParseList(text[(open + 1)..text.LastIndexOf(')')]).Count);
    }
}

internal static class Brackets
{
    /// <summary>The first place of a character that is not inside square brackets, or -1.</summary>
    public static int IndexOutside(string text, char wanted, int start)
    {
        int depth = 0;
        for (int i = start; i < text.Length; i++)
        {
            if (depth == 0 && text[i] == wanted)
            {
                return i;
            }

            depth += text[i] switch { '[' => 1, ']' => -1, _ => 0 };
        }

        return -1;
    }
}
