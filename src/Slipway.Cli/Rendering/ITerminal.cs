namespace Slipway.Cli.Rendering;

/// <summary>What moving progress is painted on: standard error, or a fake in tests.</summary>
internal interface ITerminal
{
    /// <summary>Cells per row, as it is now: people resize windows.</summary>
    int Columns { get; }

    int Rows { get; }

    /// <summary>Whether colours may be used.</summary>
    bool Colour { get; }

    /// <summary>Whether characters beyond ASCII show as they should.</summary>
    bool Unicode { get; }

    /// <summary>Writes and flushes; the text appears as a whole.</summary>
    void Write(string text);
}
