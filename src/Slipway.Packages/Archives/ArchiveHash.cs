namespace Slipway.Packages.Archives;

/// <summary>The kinds of digests that channels, indexes and locks give, from the strongest to the weakest.</summary>
public enum ArchiveHashKind
{
    Sha256,
    Sha512,
    Sha384,
    Sha1,
    Md5,
}

/// <summary>A digest of an archive as somebody announces it.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Hex">Its bytes in small hexadecimal digits, of the kind's length.</param>
public sealed record ArchiveHash(ArchiveHashKind Kind, string Hex)
{
    /// <summary>Whether it can be relied upon; the others are for places that say nothing better.</summary>
    public bool IsStrong => Kind is ArchiveHashKind.Sha256 or ArchiveHashKind.Sha512 or ArchiveHashKind.Sha384;

    /// <summary>The kind as it is written: <c>sha256</c>.</summary>
    public string Name => NameOf(Kind);

    /// <summary>Reads a digest; null when the kind is not known or the text has not its form, which then cannot be met by any file.</summary>
    public static ArchiveHash? TryCreate(string kind, string hex) =>
        KindOf(kind) is { } known && hex.Length == LengthOf(known) && hex.All(char.IsAsciiHexDigit) ? new ArchiveHash(known, hex.ToLowerInvariant()) : null;

    /// <summary>A kind by its name in the spelling of indexes; null when it is not known here.</summary>
    public static ArchiveHashKind? KindOf(string name) => name switch
    {
        "sha256" => ArchiveHashKind.Sha256,
        "sha512" => ArchiveHashKind.Sha512,
        "sha384" => ArchiveHashKind.Sha384,
        "sha1" => ArchiveHashKind.Sha1,
        "md5" => ArchiveHashKind.Md5,
        _ => null,
    };

    internal static string NameOf(ArchiveHashKind kind) => kind switch
    {
        ArchiveHashKind.Sha256 => "sha256",
        ArchiveHashKind.Sha512 => "sha512",
        ArchiveHashKind.Sha384 => "sha384",
        ArchiveHashKind.Sha1 => "sha1",
        _ => "md5",
    };

    private static int LengthOf(ArchiveHashKind kind) => kind switch
    {
        ArchiveHashKind.Sha256 => 64,
        ArchiveHashKind.Sha512 => 128,
        ArchiveHashKind.Sha384 => 96,
        ArchiveHashKind.Sha1 => 40,
        _ => 32,
    };

    public override string ToString() => $"{Name}:{Hex}";
}
