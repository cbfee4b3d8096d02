using Slipway.Foundation.Hashing;
using Slipway.Images.Compression;

namespace Slipway.Images.Layers;

/// <summary>How a tar is unpacked.</summary>
public sealed record UnpackOptions
{
    /// <summary>The digest the uncompressed tar must have; null for an archive that nobody vouches for.</summary>
    public Digest? Expected { get; init; }

    /// <summary>
    /// Whether <c>.wh.</c> names hide what lies below (a layer) or are refused, since no layer can hold them (an archive of <c>ADD</c>).
    /// </summary>
    public bool Whiteouts { get; init; } = true;

    /// <summary>
    /// Refuse names that begin with <c>/</c> and names that lead out through the archive's own symbolic links (for <c>ADD</c>); otherwise both are taken
    /// from the root of the tree, as for layers.
    /// </summary>
    public bool RefuseAbsolutePaths { get; init; }

    /// <summary>Go on when an owner cannot be set (a user namespace that knows only one id).</summary>
    public bool IgnoreOwnerErrors { get; init; }

    /// <summary>Whether the stream may be compressed; if not, it is a tar as it stands.</summary>
    public bool DetectCompression { get; init; } = true;

    /// <summary>The greatest number of uncompressed bytes; null without a limit. Only <see cref="Store.LayerStore.AddTarAsync(Stream, UnpackOptions, CancellationToken)"/> looks at it.</summary>
    public long? MaximumBytes { get; init; }

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
    /// <param name="tar">The tar, compressed in any known way; disposed.</param>
    /// <param name="directory">An existing empty directory.</param>
    /// <param name="options">What is expected and allowed.</param>
    /// <param name="cancellationToken">Stops; the directory is then half filled.</param>
    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">The archive is hostile: it names something outside.</exception>
    /// <exception cref="InvalidDataException">The bytes are broken, or not what <see cref="UnpackOptions.Expected"/> says.</exception>
    public static Task<UnpackedTar> UnpackAsync(Stream tar, string directory, UnpackOptions options, CancellationToken cancellationToken) =>
        StartAsync(tar, directory, options, cancellationToken);

    /// <summary>As unpacking, but nothing is written: only the entries and the digest are made.</summary>
    public static Task<UnpackedTar> ScanAsync(Stream tar, UnpackOptions options, CancellationToken cancellationToken) =>
        StartAsync(tar, null, options, cancellationToken);

    // A thread of its own: the work is long and made of blocking calls.
    private static Task<UnpackedTar> StartAsync(Stream tar, string? directory, UnpackOptions options, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(() => Run(tar, directory, options, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static UnpackedTar Run(Stream tar, string? directory, UnpackOptions options, CancellationToken cancellationToken)
    {
        using var ahead = new ReadAhead(options.DetectCompression ? Decompressor.OpenDetected(tar, out _) : tar, cancellationToken);
        using var reader = new TarReader(ahead, leaveOpen: true);
        using LayerTree? tree = directory is null ? null : new LayerTree(directory, options.IgnoreOwnerErrors);
        var applier = new TarApplier(options, tree);
        while (reader.Read(out TarMember? member))
        {
            cancellationToken.ThrowIfCancellationRequested();
            applier.Apply(member, reader);
        }

        Digest digest = ahead.Finish();
        if (options.Expected is { } expected && digest != expected)
        {
            throw new InvalidDataException($"The {options.Name} is corrupt: its digest is {digest}, expected {expected}.");
        }

        LayerIndex index = LayerIndex.Of(applier.Entries);
        for (int i = tree is null ? -1 : index.Count - 1; i >= 0; i--)
        {
            if (index.Entries[i].IsDirectory)
            {
                tree!.FinishDirectory(index.Entries[i]);
            }
        }

        if (!index.TryGet("", out _))
        {
            tree?.FinishDirectory(LayerIndex.Implied(""));
        }

        return new UnpackedTar(digest, ahead.Taken, index);
    }
}
