using System.Text.RegularExpressions;
using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

/// <summary>The announcement of a heredoc, such as <c>3&lt;&lt;-'EOF'</c>.</summary>
internal sealed partial record HeredocWord(string Name, bool Expand, bool Chomp, int FileDescriptor)
{
    // Heredocs follow the shell's rules, so the backslash escapes whatever the file's escape character is.
    private static readonly WordExpander Shell = new('\\');

    public Heredoc With(string content, TextSpan span) => new(Name, content, Expand, Chomp, FileDescriptor, span);

    /// <summary>The heredocs an instruction's line announces, in order. Quoted <c>&lt;&lt;</c> do not count.</summary>
    /// <exception cref="ExpansionException">A delimiter has an unclosed quote.</exception>
    public static IReadOnlyList<HeredocWord> FindAll(string line)
    {
        IReadOnlyList<string> words;
        try
        {
            words = Shell.Scan(line, ScanOptions.RawQuotes | ScanOptions.RawEscapes | ScanOptions.KeepVariables | ScanOptions.JoinHeredocs).Words;
        }
        catch (ExpansionException)
        {
            return []; // Unbalanced quotes: nothing the shell would take for a heredoc either
        }

        return [.. words.Select(Parse).OfType<HeredocWord>()];
    }

    /// <summary>Null when the word announces no heredoc.</summary>
    /// <exception cref="ExpansionException">It does, but its delimiter has an unclosed quote.</exception>
    public static HeredocWord? Parse(string word)
    {
        Match match = Form().Match(word);
        if (!match.Success || match.Groups[3].Length == 0)
        {
            return null;
        }

        string rest = match.Groups[3].Value;
        IReadOnlyList<string> plain = Shell.Scan(rest, ScanOptions.KeepVariables).Words;
        if (plain.Count != 1)
        {
            return null;
        }

        string raw = Shell.Scan(rest, ScanOptions.KeepVariables | ScanOptions.RawQuotes).Words[0];
        bool expand = CountQuotes(raw) == CountQuotes(plain[0]);
        int descriptor = int.TryParse(match.Groups[1].ValueSpan, out int number) ? number : 0;
        return new HeredocWord(plain[0], expand, match.Groups[2].Length > 0, descriptor);
    }

    private static int CountQuotes(string text) => text.Count(c => c is '\'' or '"');

    [GeneratedRegex(@"^([0-9]*)<<(-?)(?>\s*)([^<]*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
