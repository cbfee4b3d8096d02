using Slipway.Foundation.Text;

namespace Slipway.Toml;

/// <summary>A value of a TOML document with its place in the text.</summary>
/// <param name="Span">Where it is; nothing for a value that was not read.</param>
public abstract record TomlValue(TextSpan Span)
{
    /// <summary>What it is, in a person's words.</summary>
    public abstract string Kind { get; }
}

/// <summary>A text. Line ends within it are line feeds, whatever the file has.</summary>
public sealed record TomlString(TextSpan Span, string Value) : TomlValue(Span)
{
    public TomlString(string value)
        : this(default, value)
    {
    }

    public override string Kind => "a text";
}

/// <summary>A whole number.</summary>
public sealed record TomlInteger(TextSpan Span, long Value) : TomlValue(Span)
{
    public TomlInteger(long value)
        : this(default, value)
    {
    }

    public override string Kind => "a whole number";
}

/// <summary>A number with a fraction or an exponent, an infinity, or not a number.</summary>
public sealed record TomlFloat(TextSpan Span, double Value) : TomlValue(Span)
{
    public override string Kind => "a number with a fraction";
}

/// <summary><c>true</c> or <c>false</c>.</summary>
public sealed record TomlBoolean(TextSpan Span, bool Value) : TomlValue(Span)
{
    public TomlBoolean(bool value)
        : this(default, value)
    {
    }

    public override string Kind => "true or false";
}

/// <summary>A point in time (RFC 3339). Fractions of a second are kept to 100 nanoseconds.</summary>
/// <param name="Local">Date and time of day as written.</param>
/// <param name="Offset">How far the clock that shows them is ahead of UTC; RFC 3339 allows almost a day, more than <see cref="DateTimeOffset"/> does.</param>
public sealed record TomlOffsetDateTime(TextSpan Span, DateTime Local, TimeSpan Offset) : TomlValue(Span)
{
    public TomlOffsetDateTime(DateTimeOffset instant)
        : this(default, instant.DateTime, instant.Offset)
    {
    }

    /// <summary>The point in time, in UTC; the first or last there is when it is beyond them.</summary>
    public DateTimeOffset Instant => new(Math.Clamp(Local.Ticks - Offset.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), TimeSpan.Zero);

    public override string Kind => "a date and time";
}

/// <summary>A date and time of day without an offset.</summary>
public sealed record TomlLocalDateTime(TextSpan Span, DateTime Value) : TomlValue(Span)
{
    public override string Kind => "a date and time without an offset";
}

/// <summary>A date.</summary>
public sealed record TomlLocalDate(TextSpan Span, DateOnly Value) : TomlValue(Span)
{
    public override string Kind => "a date";
}

/// <summary>A time of day.</summary>
public sealed record TomlLocalTime(TextSpan Span, TimeOnly Value) : TomlValue(Span)
{
    public override string Kind => "a time of day";
}

/// <summary>An array.</summary>
public sealed record TomlArray(TextSpan Span, IReadOnlyList<TomlValue> Items) : TomlValue(Span)
{
    public TomlArray(IReadOnlyList<TomlValue> items)
        : this(default, items)
    {
    }

    public override string Kind => "an array";
}

/// <summary>A table; each key is there once, in the order of the text.</summary>
/// <param name="Span">Its header or its braces.</param>
/// <param name="Entries">What is in it.</param>
/// <param name="IsInline">Whether it is written in braces.</param>
public sealed record TomlTable(TextSpan Span, IReadOnlyList<TomlEntry> Entries, bool IsInline = false) : TomlValue(Span)
{
    public override string Kind => "a table";

    /// <summary>The value of a key; null when it is not there.</summary>
    public TomlValue? this[string key] => Entry(key)?.Value;

    /// <summary>The entry of a key; null when it is not there.</summary>
    public TomlEntry? Entry(string key)
    {
        foreach (TomlEntry entry in Entries)
        {
            if (entry.Key.Text == key)
            {
                return entry;
            }
        }

        return null;
    }
}

/// <summary>A key, without its quotes and escapes.</summary>
/// <param name="Span">Where it was written first.</param>
/// <param name="Text">Any text, be it empty.</param>
public sealed record TomlKey(TextSpan Span, string Text)
{
    public override string ToString() => Text;
}

/// <summary>One entry of a table.</summary>
public sealed record TomlEntry(TomlKey Key, TomlValue Value)
{
    public TomlEntry(string key, TomlValue value)
        : this(new TomlKey(default, key), value)
    {
    }
}
