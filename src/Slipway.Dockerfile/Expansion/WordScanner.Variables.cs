namespace Slipway.Dockerfile;

/// <summary>The forms of <c>$x</c> and <c>${x…}</c>.</summary>
internal sealed partial class WordScanner
{
    private string Dollar()
    {
        _position++;
        if (Peek() == '{')
        {
            _position++;
            return Braced();
        }

        string name = Name();
        return name.Length == 0 ? "$" : Value(name) ?? "";
    }

    private string Braced()
    {
        switch (Peek())
        {
            case null:
                throw MissingBrace();
            case '{' or '}' or ':':
                throw new ExpansionException("syntax error: bad substitution");
        }

        string name = Name();
        if (Peek() is not { } sign)
        {
            throw MissingBrace();
        }

        _position++;
        return sign switch
        {
            '}' => Value(name) ?? "",
            ':' => WithColon(name),
            '-' or '+' or '?' => Conditional(name, sign, emptyIsUnset: false),
            '#' or '%' => Trimmed(name, sign),
            '/' => Replaced(name),
            _ => throw Unsupported(sign.ToString()),
        };
    }

    private string WithColon(string name)
    {
        if (Peek() is not { } sign)
        {
            throw MissingBrace();
        }

        _position++;
        return sign is '-' or '+' or '?' ? Conditional(name, sign, emptyIsUnset: true) : throw Unsupported($":{sign}");
    }

    private string Conditional(string name, char sign, bool emptyIsUnset)
    {
        string word = Inside('}', rawEscapes: false, MissingBrace);
        string? value = Value(name);
        bool isSet = value is not null && !(emptyIsUnset && value.Length == 0);
        return sign switch
        {
            '-' => isSet ? value! : word,
            '+' => isSet ? word : "",
            _ => isSet ? value! : throw new ExpansionException($"{name}: {Complaint(word, value)}"),
        };
    }

    private static string Complaint(string word, string? value)
    {
        string standard = value is null ? "is not allowed to be unset" : "is not allowed to be empty";
        return word.Length > 0 ? word : standard;
    }

    private string Trimmed(string name, char sign)
    {
        string pattern = Inside('}', rawEscapes: true, MissingBrace);
        string value = Value(name) ?? "";
        bool longest = pattern.StartsWith(sign);
        ShellPattern shell = ShellPattern.Parse(longest ? pattern[1..] : pattern);
        return sign == '#' ? shell.TrimStart(value, longest) : shell.TrimEnd(value, longest);
    }

    private string Replaced(string name)
    {
        bool all = Peek() == '/';
        if (all)
        {
            _position++;
        }

        string pattern = Inside('/', rawEscapes: true, () => new ExpansionException("syntax error: missing '/' in ${}"));
        string replacement = Inside('}', rawEscapes: true, MissingBrace);
        string value = Value(name) ?? "";
        return ShellPattern.Parse(pattern).Replace(value, replacement, all);
    }

    /// <summary>The word up to <paramref name="stop"/>; running into the end of the text is the caller's error.</summary>
    private string Inside(char stop, bool rawEscapes, Func<ExpansionException> unfinished)
    {
        try
        {
            return ScanUntil(stop, rawEscapes).Text;
        }
        catch (ExpansionException) when (AtEnd)
        {
            throw unfinished();
        }
    }

    /// <summary>Letters, digits and underscores; or digits only; or one of the shell's special parameters.</summary>
    private string Name()
    {
        int start = _position;
        if (AtEnd)
        {
            return "";
        }

        bool startsWithDigit = char.IsDigit(text[start]);
        if (!startsWithDigit && "@*#?-$!".Contains(text[start], StringComparison.Ordinal))
        {
            _position++;
        }
        else
        {
            while (Peek() is { } c && (char.IsDigit(c) || (!startsWithDigit && (char.IsLetter(c) || c == '_'))))
            {
                _position++;
            }
        }

        return text[start.._position];
    }

    private string? Value(string name)
    {
        string? value = lookup(name);
        (value is null ? _unmatched : _matched).Add(name);
        return value;
    }

    private static ExpansionException MissingBrace() => new("syntax error: missing '}'");

    private static ExpansionException Unsupported(string sign) => new($"unsupported modifier ({sign}) in substitution");
}
