namespace Slipway.Dockerfile;

/// <summary>Expands variables and takes quotes and escapes, as the language's shell-like words ask. Holds no state: one can be shared.</summary>
public sealed class WordExpander
{
    private static readonly Func<string, string?> Nothing = _ => null;

    /// <param name="escapeCharacter">Backslash or backtick: the file's own.</param>
    public WordExpander(char escapeCharacter) => EscapeCharacter = escapeCharacter;

    public char EscapeCharacter { get; }

    /// <summary>The whole text as one word; spaces do not split.</summary>
    /// <param name="word">The unexpanded text.</param>
    /// <param name="lookup">The value of a name, or null when it is unset.</param>
    /// <exception cref="ExpansionException">A quote or brace is missing, a form is unknown, or <c>${x:?}</c> found nothing.</exception>
    public string Expand(string word, Func<string, string?> lookup) => ExpandWithNames(word, lookup).Text;

    /// <summary>Expands, then splits at unquoted white space.</summary>
    /// <exception cref="ExpansionException">As for <see cref="Expand"/>.</exception>
    public IReadOnlyList<string> ExpandToWords(string text, Func<string, string?> lookup) => ExpandWithNames(text, lookup).Words;

    /// <summary>Expands and says which names were looked up.</summary>
    /// <exception cref="ExpansionException">As for <see cref="Expand"/>.</exception>
    public Expansion ExpandWithNames(string word, Func<string, string?> lookup) =>
        new WordScanner(word, EscapeCharacter, lookup, ScanOptions.None).Run();

    /// <summary>Variables and backslash escapes only; quotes stay as they are. For unquoted heredocs of COPY and ADD.</summary>
    /// <exception cref="ExpansionException">As for <see cref="Expand"/>.</exception>
    public static Expansion ExpandHeredoc(string text, Func<string, string?> lookup) =>
        new WordScanner(text, '\\', lookup, ScanOptions.IgnoreQuotes).Run();

    internal Expansion Scan(string text, ScanOptions options) => new WordScanner(text, EscapeCharacter, Nothing, options).Run();

    /// <summary>Expands, but leaves the escapes in: for a regular expression that is not quoted.</summary>
    internal string ExpandRegex(string text, Func<string, string?> lookup) =>
        new WordScanner(text, EscapeCharacter, lookup, ScanOptions.RawEscapes).Run().Text;
}

/// <param name="Text">The result as one word.</param>
/// <param name="Words">The result split at unquoted white space.</param>
/// <param name="Matched">Names that had a value.</param>
/// <param name="Unmatched">Names that had none.</param>
public sealed record Expansion(string Text, IReadOnlyList<string> Words, IReadOnlySet<string> Matched, IReadOnlySet<string> Unmatched);

/// <summary>A word that cannot be expanded; the message says why, without a place.</summary>
public sealed class ExpansionException(string message) : Exception(message);
