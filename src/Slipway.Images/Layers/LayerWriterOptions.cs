namespace Slipway.Images.Layers;

/// <summary>How a layer is written.</summary>
public sealed record LayerWriterOptions
{
    /// <summary>1980-01-02T00:00:00Z: the first day that zip archives can express in every time zone.</summary>
    public const long DefaultTimestamp = 315619200;

    /// <summary>The modification time of every entry, in seconds since 1970.</summary>
    public long Timestamp { get; init; } = DefaultTimestamp;

    /// <summary>Whether the tar is kept in the store; if not, only its hash and the entries are made.</summary>
    public bool KeepTar { get; init; } = true;

    /// <summary>Whether the digest of each file is computed where the caller does not give it.</summary>
    public bool HashContents { get; init; }
}
