using System.Globalization;
using System.Text.RegularExpressions;
using Slipway.Foundation.Text;

namespace Slipway.Toml;

/// <summary>Values other than texts.</summary>
internal sealed partial class TomlReader
{
    private const string DatePattern = "(?<year>[0-9]{4})-(?<month>[0-9]{2})-(?<day>[0-9]{2})";
    private const string TimePattern = @"(?<hour>[0-9]{2}):(?<minute>[0-9]{2}):(?<second>[0-9]{2})(?:\.(?<fraction>[0-9]+))?";
    private const string OffsetPattern = "(?<offset>[Zz]|[+-](?<offhour>[0-9]{2}):(?<offminute>[0-9]{2}))?";

    private TomlValue Value(int depth) => Current switch
    {
        '"' or '\'' => Text(),
        '[' => Array(depth),
        '{' => InlineTable(depth).ToTable(),
        _ => Scalar(),
    };

    private TomlArray Array(int depth)
    {
        int start = _at++;
        int inside = Deeper(depth, new TextSpan(start, 1));
        _open++;
        List<TomlValue> items = [];
        while (true)
        {
            SkipLines();
            if (Current == ']')
            {
                break;
            }

            if (AtEnd)
            {
                throw new TomlSyntaxException("bad-toml", "this array is not closed", new TextSpan(start, 1), "an array ends in ]");
            }

            items.Add(Value(inside));
            SkipLines();
            if (Current == ',')
            {
                _at++;
            }
            else if (Current != ']')
            {
                throw Unexpected("a comma or ] follows a value of an array", AtEnd ? $"the array begins in line {LineOf(start)}" : null);
            }
        }

        _at++;
        _open--;
        return new TomlArray(TextSpan.FromBounds(start, _at), items);
    }

    // TOML 1.0: on one line, and no comma behind the last.
    private TableNode InlineTable(int depth)
    {
        int start = _at++;
        var table = new TableNode(default, TableOrigin.Inline, Deeper(depth, new TextSpan(start, 1)));
        _open++;
        SkipSpace();
        while (Current != '}')
        {
            if (AtLineEnd || Current == '#')
            {
                throw Unexpected("a table in braces stands on one line", "longer ones have a header: [name]");
            }

            KeyAndValue(table);
            SkipSpace();
            if (Current == ',')
            {
                _at++;
                SkipSpace();
                if (Current == '}')
                {
                    throw Unexpected("no comma stands behind the last value of a table in braces", "remove the comma");
                }
            }
            else if (Current != '}')
            {
                throw Unexpected("a comma or } follows a value of a table in braces", AtLineEnd ? "a table in braces stands on one line; longer ones have a header: [name]" : null);
            }
        }

        _at++;
        _open--;
        table.Span = TextSpan.FromBounds(start, _at);
        return table;
    }

    private void SkipLines()
    {
        while (true)
        {
            SkipSpace();
            Comment();
            if (AtEnd || !AtLineEnd)
            {
                return;
            }

            NewLine();
        }
    }

    private TomlValue Scalar()
    {
        int start = _at;
        Token();
        if (_at == start)
        {
            throw Unexpected("a value is expected", null);
        }

        // A space may stand for the T between date and time.
        if (Current == ' ' && WholeDate().IsMatch(_text.AsSpan(start, _at - start)) && TimeStart().IsMatch(_text, _at + 1))
        {
            _at++;
            Token();
        }

        ReadOnlySpan<char> token = _text.AsSpan(start, _at - start);
        var span = TextSpan.FromBounds(start, _at);
        return token is "true" ? new TomlBoolean(span, true)
            : token is "false" ? new TomlBoolean(span, false)
            : Number(token, span) ?? Time(token, span) ?? throw Unknown(token.ToString(), span);
    }

    private void Token()
    {
        while (char.IsAsciiLetterOrDigit(Current) || Current is '+' or '-' or '.' or ':' or '_')
        {
            _at++;
        }
    }

    private static TomlSyntaxException Unknown(string token, TextSpan span)
    {
        string? help = token.ToLowerInvariant() switch
        {
            "true" or "false" or "inf" or "nan" or "+inf" or "-inf" or "+nan" or "-nan" => $"write it in lower case: {token.ToLowerInvariant()}",
            "none" or "null" or "nil" => "leave the key out when there is no value",
            "yes" or "on" => "write true",
            "no" or "off" => "write false",
            _ when LeadingZero().IsMatch(token) => "a number has no zeros before it; 0x, 0o and 0b, in lower case, begin other bases",
            _ when char.IsAsciiLetter(token[0]) => "a text stands in quotes",
            _ when token.Contains('.', StringComparison.Ordinal) => "a number has digits on both sides of its point; a version is a text and stands in quotes",
            _ when token.Contains('_', StringComparison.Ordinal) => "_ stands between two digits",
            _ => "a text stands in quotes",
        };
        return new TomlSyntaxException("bad-toml", $"'{token}' is no value", span, help);
    }

    private static TomlValue? Number(ReadOnlySpan<char> token, TextSpan span)
    {
        if (token is "inf" or "+inf" or "-inf")
        {
            return new TomlFloat(span, token[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity);
        }

        if (token is "nan" or "+nan" or "-nan")
        {
            return new TomlFloat(span, double.NaN);
        }

        string digits = token.ToString().Replace("_", "", StringComparison.Ordinal);
        if (Decimal().IsMatch(token))
        {
            return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? new TomlInteger(span, value) : throw TooLarge();
        }

        if (OtherBase().IsMatch(token))
        {
            int bits = digits[1] == 'x' ? 4 : digits[1] == 'o' ? 3 : 1;
            UInt128 value = 0;
            foreach (char digit in digits.AsSpan(2))
            {
                value = (value << bits) | (uint)(char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10);
                if (value > long.MaxValue)
                {
                    throw TooLarge();
                }
            }

            return new TomlInteger(span, (long)value);
        }

        return Float().IsMatch(token) ? new TomlFloat(span, double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture)) : null;

        TomlSyntaxException TooLarge() => new("bad-toml", "this whole number does not fit in 64 bits", span, "write it as a text, in quotes");
    }

    private static TomlValue? Time(ReadOnlySpan<char> token, TextSpan span)
    {
        if (DateAndTime().Match(token.ToString()) is not { Success: true } match)
        {
            return null;
        }

        bool hasDate = match.Groups["year"].Success, hasTime = match.Groups["hour"].Success, hasOffset = match.Groups["offset"].Success;
        DateOnly date = default;
        TimeOnly time = default;
        if (hasDate)
        {
            int year = Part("year"), month = Part("month"), day = Part("day");
            if (year == 0 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            {
                throw new TomlSyntaxException("bad-toml", $"there is no day {match.Groups["year"].Value}-{match.Groups["month"].Value}-{match.Groups["day"].Value}", span);
            }

            date = new DateOnly(year, month, day);
        }

        if (hasTime)
        {
            // 60, which a leap second has, is allowed by RFC 3339 and can be told by no clock here.
            int hour = Part("hour"), minute = Part("minute"), second = Part("second");
            if (hour > 23 || minute > 59 || second > 59)
            {
                throw new TomlSyntaxException("bad-toml", "hours go to 23, minutes and seconds to 59", span);
            }

            string fraction = match.Groups["fraction"].Value;
            long ticks = fraction.Length == 0 ? 0 : long.Parse(fraction.PadRight(7, '0').AsSpan(0, 7), CultureInfo.InvariantCulture);
            time = new TimeOnly(hour, minute, second).Add(TimeSpan.FromTicks(ticks));
        }

        return hasOffset ? new TomlOffsetDateTime(span, date.ToDateTime(time), Offset())
            : hasDate && hasTime ? new TomlLocalDateTime(span, date.ToDateTime(time))
            : hasDate ? new TomlLocalDate(span, date)
            : new TomlLocalTime(span, time);

        int Part(string name) => int.Parse(match.Groups[name].ValueSpan, CultureInfo.InvariantCulture);

        TimeSpan Offset()
        {
            if (match.Groups["offset"].Value is "Z" or "z")
            {
                return TimeSpan.Zero;
            }

            int hours = Part("offhour"), minutes = Part("offminute");
            return hours <= 23 && minutes <= 59
                ? (match.Groups["offset"].Value[0] == '-' ? -1 : 1) * new TimeSpan(hours, minutes, 0)
                : throw new TomlSyntaxException("bad-toml", "the hours of an offset go to 23, its minutes to 59", span);
        }
    }

    [GeneratedRegex("^" + DatePattern + "$")]
    private static partial Regex WholeDate();

    [GeneratedRegex(@"\G[0-9]{2}:")]
    private static partial Regex TimeStart();

    [GeneratedRegex("^[+-]?(?:0|[1-9](?:_?[0-9])*)$")]
    private static partial Regex Decimal();

    [GeneratedRegex("^(?:0x[0-9A-Fa-f](?:_?[0-9A-Fa-f])*|0o[0-7](?:_?[0-7])*|0b[01](?:_?[01])*)$")]
    private static partial Regex OtherBase();

    [GeneratedRegex(@"^[+-]?(?:0|[1-9](?:_?[0-9])*)(?:\.[0-9](?:_?[0-9])*)?(?:[eE][+-]?[0-9](?:_?[0-9])*)?$")]
    private static partial Regex Float();

    [GeneratedRegex("^[+-]?0[0-9A-Za-z_]")]
    private static partial Regex LeadingZero();

    [GeneratedRegex("^(?:" + DatePattern + "(?:[Tt ]" + TimePattern + OffsetPattern + ")?|" + TimePattern + ")$")]
    private static partial Regex DateAndTime();
}
