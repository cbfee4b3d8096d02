namespace Slipway.Dockerfile;

/// <summary>What a scan over shell-like text leaves as it is.</summary>
[Flags]
internal enum ScanOptions
{
    None = 0,

    /// <summary>Quotes group words but stay in them.</summary>
    RawQuotes = 1,

    /// <summary>Escapes protect a character but stay in the word.</summary>
    RawEscapes = 2,

    /// <summary>Quotes are ordinary characters.</summary>
    IgnoreQuotes = 4,

    /// <summary>The dollar sign is an ordinary character.</summary>
    KeepVariables = 8,

    /// <summary>White space after <c>&lt;&lt;</c> does not end a word.</summary>
    JoinHeredocs = 16,
}
