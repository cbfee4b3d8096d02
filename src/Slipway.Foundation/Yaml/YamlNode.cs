using Slipway.Foundation.Text;

namespace Slipway.Foundation.Yaml;

/// <summary>A node of a YAML document with its place in the text.</summary>
/// <param name="Span">Where it is.</param>
public abstract record YamlNode(TextSpan Span)
{
    /// <summary>What it is, in a person's words.</summary>
    public abstract string Kind { get; }
}

/// <summary>A single value.</summary>
/// <param name="Value">The text without quotes.</param>
/// <param name="IsPlain">Whether it was written without quotes; only then is <c>null</c> nothing.</param>
public sealed record YamlScalar(TextSpan Span, string Value, bool IsPlain) : YamlNode(Span)
{
    /// <summary>Whether nothing stands there (YAML 1.2, 10.3.2, "null").</summary>
    public bool IsNull => IsPlain && Value is "" or "~" or "null" or "Null" or "NULL";

    public override string Kind => IsNull ? "nothing" : "a single value";
}

/// <summary>A list.</summary>
public sealed record YamlList(TextSpan Span, IReadOnlyList<YamlNode> Items) : YamlNode(Span)
{
    public override string Kind => "a list";
}

/// <summary>A map; keys are single values, in the order of the text, and may be there twice.</summary>
public sealed record YamlMap(TextSpan Span, IReadOnlyList<YamlEntry> Entries) : YamlNode(Span)
{
    public override string Kind => "a map of keys";
}

/// <summary>One entry of a map.</summary>
public sealed record YamlEntry(YamlScalar Key, YamlNode Value);
