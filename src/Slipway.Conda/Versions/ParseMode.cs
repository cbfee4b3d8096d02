namespace Slipway.Conda.Versions;

/// <summary>How much is forgiven.</summary>
public enum ParseMode
{
    /// <summary>Everything that a client of conda has ever taken: for what channels say, which nobody here can correct.</summary>
    Lenient,

    /// <summary>Only what has one meaning in every client: for what a person writes.</summary>
    Strict,
}
