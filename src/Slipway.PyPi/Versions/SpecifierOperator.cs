namespace Slipway.PyPi.Versions;

/// <summary>The operators of PEP 440.</summary>
public enum SpecifierOperator
{
    /// <summary><c>==</c>, with <c>.*</c> for a prefix.</summary>
    Equal,

    /// <summary><c>!=</c>, with <c>.*</c> for a prefix.</summary>
    NotEqual,

    /// <summary><c>~=</c></summary>
    Compatible,

    /// <summary><c>&lt;=</c></summary>
    AtMost,

    /// <summary><c>&gt;=</c></summary>
    AtLeast,

    /// <summary><c>&lt;</c></summary>
    Below,

    /// <summary><c>&gt;</c></summary>
    Above,

    /// <summary><c>===</c>: equal as text.</summary>
    Identical,
}
