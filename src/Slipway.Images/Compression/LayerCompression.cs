using System.Globalization;

namespace Slipway.Images.Compression;

/// <summary>How a layer is compressed. The same choice makes the same bytes of the same layer, on any number of threads.</summary>
/// <param name="Kind">The format.</param>
/// <param name="Level">How hard it tries, 0 to 9 for gzip and estargz, 1 to 22 for zstd; null for <see cref="DefaultLevel"/>.</param>
public readonly record struct LayerCompression(CompressionKind Kind, int? Level = null)
{
    /// <summary>Goes up with every change of the bytes that a kind and level make (docs/decisions/0013).</summary>
    private const int RulesVersion = 2;

    /// <summary>The level of this kind when none is chosen.</summary>
    public int DefaultLevel => LevelsOf(Kind).Default;

    /// <summary>What a blob made so is remembered by: another choice would have made other bytes.</summary>
    internal string Recipe => string.Create(CultureInfo.InvariantCulture, $"{Kind.ToString().ToLowerInvariant()}-{Level ?? DefaultLevel}-v{RulesVersion}");

    public static implicit operator LayerCompression(CompressionKind kind) => new(kind);

    public static LayerCompression FromCompressionKind(CompressionKind kind) => new(kind);

    /// <summary>The levels of a format that Slipway writes.</summary>
    public static (int Least, int Default, int Most) LevelsOf(CompressionKind kind) => kind switch
    {
        // Measured on 160 MB of Debian's /usr, a core: level 2 makes 38.4 % at 98 MB/s, 3 36.8 % at 88, 4 36.2 % at 71, 6 35.5 % at 61.
        CompressionKind.Gzip or CompressionKind.Estargz => (0, 3, 9),
        CompressionKind.Zstd => (1, 3, 22),
        CompressionKind.None => (0, 0, 0),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Slipway writes gzip, estargz and zstd."),
    };
}
