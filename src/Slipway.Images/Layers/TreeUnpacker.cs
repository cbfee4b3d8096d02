using Slipway.Foundation.Hashing;

namespace Slipway.Images.Layers;

/// <summary>How a tar is unpacked.</summary>
public sealed record UnpackOptions
{
    /// <summary>The digest the uncompressed tar must have; null for an archive that nobody vouches for.</summary>
    public Digest? Expected { get; init; }

    /// <summary>
    /// Whether <c>.wh.</c> names hide what lies below (a layer) or are ordinary files (an archive of <c>ADD</c>).
    /// </summary>
    public bool Whiteouts { get; init; } = true;

    /// <summary>Refuse names that begin with <c>/</c>; otherwise they are taken from the root of the tree, as for layers.</summary>
    public bool RefuseAbsolutePaths { get; init; }

    /// <summary>Go on when an owner cannot be set (a user namespace that knows only one id).</summary>
    public bool IgnoreOwnerErrors { get; init; }

    /// <summary>What to call the archive in messages.</summary>
    public string Name { get; init; } = "layer";
}

/// <summary>What an unpacked tar was.</summary>
public sealed record UnpackedTar(Digest DiffId, long TarSize, LayerIndex Index);

/// <summary>
/// Unpacks a tar into a fresh directory, without its parents, whiteouts as overlayfs wants them. Nothing outside the directory is ever touched, whatever the
/// archive says: names are resolved in memory against what the archive itself made, and every call is relative to a directory that was opened without following links.
/// </summary>
public static class TreeUnpacker
{
    /// <param name="tar">The tar, compressed in any known way.</param>
    /// <param name="directory">An existing empty directory.</param>
    /// <param name="options">What is expected and allowed.</param>
    /// <param name="cancellationToken">Stops; the directory is then half filled.</param>
    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">The archive is hostile: it names something outside, or is not what <see cref="UnpackOptions.Expected"/> says.</exception>
    /// <exception cref="InvalidDataException">The bytes are broken.</exception>
    public static Task<UnpackedTar> UnpackAsync(Stream tar, string directory, UnpackOptions options, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>As unpacking, but nothing is written: only the entries and the digest are made.</summary>
    public static Task<UnpackedTar> ScanAsync(Stream tar, UnpackOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();
}
