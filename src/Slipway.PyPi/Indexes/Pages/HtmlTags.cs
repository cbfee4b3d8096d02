using System.Buffers;
using System.Net;
using System.Text;
using Slipway.Foundation.Text;

namespace Slipway.PyPi.Indexes.Pages;

/// <summary>
/// Reads the start tags of an HTML page while it comes, as far as index pages need it: names and attributes, entities in values, comments and scripts passed over.
/// What browsers forgive is forgiven (values without quotes, capitals, tags that are never closed).
/// </summary>
/// <param name="page">The page's text.</param>
/// <param name="name">What messages call the page.</param>
internal sealed class HtmlTags(TextReader page, string name)
{
    private const int LongestTag = 1 << 20;
    private static readonly SearchValues<char> s_spaces = SearchValues.Create(" \t\r\n\f"), s_nameEnds = SearchValues.Create(" \t\r\n\f/");
    private readonly char[] _buffer = new char[16 * 1024];
    private readonly StringBuilder _text = new();
    private int _at, _end;

    /// <summary>The next start tag; null at the end.</summary>
    /// <exception cref="DiagnosticException">A tag has no end.</exception>
    public async ValueTask<HtmlTag?> NextAsync(CancellationToken cancellationToken)
    {
        while (await SkipToAsync('<', cancellationToken))
        {
            int first = await PeekAsync(cancellationToken);
            if (first == '!' || first == '?')
            {
                await SkipDeclarationAsync(cancellationToken);
            }
            else if (first >= 0 && char.IsAsciiLetter((char)first) && await ReadTagAsync(cancellationToken) is { } tag)
            {
                if (tag.Name is "script" or "style" or "textarea" or "title")
                {
                    await SkipRawAsync(tag.Name, cancellationToken);
                }

                return tag;
            }
        }

        return null;
    }

    // From the name to the closing bracket, which may stand in a quoted value.
    private async ValueTask<HtmlTag?> ReadTagAsync(CancellationToken cancellationToken)
    {
        _text.Clear();
        char quote = '\0';
        for (int c; (c = await ReadAsync(cancellationToken)) >= 0;)
        {
            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '"' or '\'' && IsValueNext())
            {
                quote = (char)c;
            }
            else if (c == '>')
            {
                return Parse(_text.ToString());
            }

            _text.Append((char)c);
            if (_text.Length > LongestTag)
            {
                throw new DiagnosticException("not-an-index", $"{name} is not a page of an index: it has a tag of more than {ByteText.Of(LongestTag)}.");
            }
        }

        return null; // cut off in the midst of a tag: what it says is not known
    }

    private bool IsValueNext()
    {
        int i = _text.Length - 1;
        while (i >= 0 && char.IsWhiteSpace(_text[i]))
        {
            i--;
        }

        return i >= 0 && _text[i] == '=';
    }

    private static HtmlTag Parse(string text)
    {
        int end = text.AsSpan().IndexOfAny(s_nameEnds);
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        int at = end < 0 ? text.Length : end;
        while (at < text.Length)
        {
            while (at < text.Length && (char.IsWhiteSpace(text[at]) || text[at] == '/'))
            {
                at++;
            }

            int start = at;
            while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not ('=' or '/'))
            {
                at++;
            }

            string name = text[start..at].ToLowerInvariant();
            int next = at;
            while (next < text.Length && char.IsWhiteSpace(text[next]))
            {
                next++;
            }

            string value = "";
            if (next < text.Length && text[next] == '=')
            {
                (value, at) = Value(text, next + 1);
            }
            else if (at == start)
            {
                at++;
            }

            if (name.Length > 0)
            {
                attributes.TryAdd(name, value); // the first one counts, as browsers have it
            }
        }

        return new HtmlTag((end < 0 ? text : text[..end]).ToLowerInvariant(), attributes);
    }

    private static (string Value, int End) Value(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        int start = at, end;
        if (at < text.Length && text[at] is '"' or '\'')
        {
            end = text.IndexOf(text[at], at + 1);
            end = end < 0 ? text.Length : end;
            return (WebUtility.HtmlDecode(text[(start + 1)..end]), Math.Min(end + 1, text.Length));
        }

        end = text.AsSpan(at).IndexOfAny(s_spaces) is var space and >= 0 ? at + space : text.Length;
        return (WebUtility.HtmlDecode(text[start..end]), end);
    }

    // A comment ends with two dashes and a bracket, anything else with the first bracket.
    private async ValueTask SkipDeclarationAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        int needed = 0, dashes = 0;
        while (needed < 2 && await PeekAsync(cancellationToken) == '-')
        {
            await ReadAsync(cancellationToken);
            needed++;
        }

        needed = needed == 2 ? 2 : 0;
        for (int c; (c = await ReadAsync(cancellationToken)) >= 0;)
        {
            if (c == '>' && dashes >= needed)
            {
                return;
            }

            dashes = c == '-' ? dashes + 1 : 0;
        }
    }

    private async ValueTask SkipRawAsync(string element, CancellationToken cancellationToken)
    {
        while (await SkipToAsync('<', cancellationToken))
        {
            if (await PeekAsync(cancellationToken) != '/')
            {
                continue;
            }

            await ReadAsync(cancellationToken);
            int matched = 0;
            while (matched < element.Length && await PeekAsync(cancellationToken) is var c and >= 0 && char.ToLowerInvariant((char)c) == element[matched])
            {
                await ReadAsync(cancellationToken);
                matched++;
            }

            if (matched == element.Length)
            {
                return;
            }
        }
    }

    private async ValueTask<bool> SkipToAsync(char wanted, CancellationToken cancellationToken)
    {
        while (_at < _end || await FillAsync(cancellationToken))
        {
            int found = _buffer.AsSpan(_at, _end - _at).IndexOf(wanted);
            if (found >= 0)
            {
                _at += found + 1;
                return true;
            }

            _at = _end;
        }

        return false;
    }

    private async ValueTask<int> ReadAsync(CancellationToken cancellationToken) => _at < _end || await FillAsync(cancellationToken) ? _buffer[_at++] : -1;

    private async ValueTask<int> PeekAsync(CancellationToken cancellationToken) => _at < _end || await FillAsync(cancellationToken) ? _buffer[_at] : -1;

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        (_at, _end) = (0, await page.ReadAsync(_buffer, cancellationToken));
        return _end > 0;
    }
}

/// <summary>A start tag.</summary>
/// <param name="Name">In small letters.</param>
/// <param name="Attributes">By names in small letters; entities are resolved.</param>
internal sealed record HtmlTag(string Name, IReadOnlyDictionary<string, string> Attributes)
{
    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute);
}
