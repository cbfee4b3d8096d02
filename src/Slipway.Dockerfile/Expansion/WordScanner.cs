using System.Text;

namespace Slipway.Dockerfile;

/// <summary>One scan over one text: the shell-like lexer behind <see cref="WordExpander"/>.</summary>
internal sealed partial class WordScanner(string text, char escape, Func<string, string?> lookup, ScanOptions options)
{
    /// <summary>Words inside braces may hold words inside braces; beyond this depth it is an attack, not a Dockerfile.</summary>
    private const int MaximumDepth = 200;

    private readonly HashSet<string> _matched = [];
    private readonly HashSet<string> _unmatched = [];
    private bool _rawEscapes = options.HasFlag(ScanOptions.RawEscapes);
    private int _position;
    private int _depth;

    private bool AtEnd => _position == text.Length;

    public Expansion Run()
    {
        try
        {
            WordCollector result = ScanUntil(stop: null, _rawEscapes);
            return new Expansion(result.Text, result.Words(), _matched, _unmatched);
        }
        catch (ExpansionException mistake)
        {
            throw new ExpansionException($"failed to process \"{text}\": {mistake.Message}");
        }
    }

    private char? Peek() => AtEnd ? null : text[_position];

    private WordCollector ScanUntil(char? stop, bool rawEscapes)
    {
        if (++_depth > MaximumDepth)
        {
            throw new ExpansionException("too many nested substitutions");
        }

        (bool before, _rawEscapes) = (_rawEscapes, rawEscapes);
        var result = new WordCollector();
        while (!AtEnd && text[_position] != stop)
        {
            ScanOne(result);
        }

        _rawEscapes = before;
        _depth--;
        if (stop is not null)
        {
            if (AtEnd)
            {
                throw new ExpansionException($"unexpected end of statement while looking for matching {stop}");
            }

            _position++;
        }

        return result;
    }

    private void ScanOne(WordCollector result)
    {
        char c = text[_position];
        bool quotes = !options.HasFlag(ScanOptions.IgnoreQuotes);
        switch (c)
        {
            case '$' when !options.HasFlag(ScanOptions.KeepVariables):
                result.AddSplitting(Dollar());
                break;
            case '\'' when quotes:
                result.AddWhole(SingleQuoted());
                break;
            case '"' when quotes:
                result.AddWhole(DoubleQuoted());
                break;
            case '<' when options.HasFlag(ScanOptions.JoinHeredocs):
                result.AddWhole(PossibleHeredoc());
                break;
            case var _ when c == escape:
                Escaped(result);
                break;
            default:
                result.AddSplitting([c]);
                _position++;
                break;
        }
    }

    private void Escaped(WordCollector result)
    {
        _position++;
        if (_rawEscapes)
        {
            result.AddWhole([escape]);
        }

        if (!AtEnd)
        {
            result.AddWhole([text[_position++]]);
        }
    }

    private string SingleQuoted()
    {
        int end = text.IndexOf('\'', _position + 1);
        if (end < 0)
        {
            throw new ExpansionException("unexpected end of statement while looking for matching single-quote");
        }

        string inner = text[(_position + 1)..end];
        _position = end + 1;
        return options.HasFlag(ScanOptions.RawQuotes) ? $"'{inner}'" : inner;
    }

    private string DoubleQuoted()
    {
        var inner = new StringBuilder();
        _position++;
        while (Peek() is { } c && c != '"')
        {
            if (c == '$' && !options.HasFlag(ScanOptions.KeepVariables))
            {
                inner.Append(Dollar());
            }
            else if (c == escape)
            {
                EscapedInQuotes(inner);
            }
            else
            {
                inner.Append(c);
                _position++;
            }
        }

        if (AtEnd)
        {
            throw new ExpansionException("unexpected end of statement while looking for matching double-quote");
        }

        _position++;
        return options.HasFlag(ScanOptions.RawQuotes) ? $"\"{inner}\"" : inner.ToString();
    }

    /// <summary>Between double quotes only a quote, a dollar sign and the escape itself can be escaped.</summary>
    private void EscapedInQuotes(StringBuilder inner)
    {
        _position++;
        if (_rawEscapes)
        {
            inner.Append(escape);
        }

        if (Peek() is { } next && (next is '"' or '$' || next == escape))
        {
            inner.Append(next);
            _position++;
        }
        else if (!AtEnd)
        {
            inner.Append(escape);
        }
    }

    private string PossibleHeredoc()
    {
        int start = _position++;
        if (Peek() != '<')
        {
            return "<";
        }

        _position++;
        if (Peek() == '-' && _position + 1 < text.Length && text[_position + 1] is ' ' or '\t')
        {
            _position++;
        }

        while (Peek() is ' ' or '\t')
        {
            _position++;
        }

        return text[start.._position];
    }
}
