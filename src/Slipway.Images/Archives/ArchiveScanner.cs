using Slipway.Foundation.Hashing;
using Slipway.Images.Layers;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Images.Archives;

/// <summary>
/// Goes once through an image archive, so that it also works on a pipe: blobs named by their digest go straight into the blob store, other tars
/// straight into the layer store, small documents into memory.
/// </summary>
internal sealed class ArchiveScanner(ImageStore store)
{
    private const int LargestDocument = 8 * 1024 * 1024;
    private const long MostDocuments = 64 * 1024 * 1024;
    private static readonly string[] LayerSuffixes = [".tar", ".tar.gz", ".tgz", ".tar.zst"];

    private readonly ArchiveContents _contents = new();
    private long _documents;

    /// <exception cref="InvalidDataException">The bytes are no tar archive, end too early, or a blob is not what its name says.</exception>
    public async Task<ArchiveContents> ScanAsync(Stream tar, CancellationToken cancellationToken)
    {
        using var reader = new TarReader(tar, leaveOpen: true);
        while (reader.Read(out TarMember? member))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await TakeAsync(reader, member, cancellationToken);
        }

        return _contents;
    }

    private async Task TakeAsync(TarReader reader, TarMember member, CancellationToken cancellationToken)
    {
        string name = LayerPath.Normalize(member.Name);
        if (member.Kind is TarMemberKind.SymbolicLink or TarMemberKind.HardLink)
        {
            bool relative = member.Kind == TarMemberKind.SymbolicLink && !member.LinkName.StartsWith('/');
            _contents.Links[name] = LayerPath.Normalize(relative ? $"{LayerPath.ParentOf(name)}/{member.LinkName}" : member.LinkName);
        }
        else if (member.Kind != TarMemberKind.File)
        {
            return;
        }
        else if (BlobDigest(name) is { } digest)
        {
            await TakeBlobAsync(reader, name, digest, member.Size, cancellationToken);
        }
        else if (IsLayer(name))
        {
            await using Stream data = reader.OpenData();
            _contents.Layers[name] = await store.Layers.AddTarAsync(data, cancellationToken);
        }
        else if (member.Size <= LargestDocument && (_documents += member.Size) <= MostDocuments)
        {
            byte[] document = new byte[member.Size];
            await using Stream data = reader.OpenData();
            await data.ReadExactlyAsync(document, cancellationToken);
            _contents.Documents[name] = document;
        }
    }

    private async Task TakeBlobAsync(TarReader reader, string name, Digest digest, long size, CancellationToken cancellationToken)
    {
        if (store.Blobs.SizeOf(digest) != size)
        {
            await using Stream data = reader.OpenData();
            await store.Blobs.PutAsync(data, new Descriptor("", digest, size), cancellationToken);
        }

        _contents.Blobs[name] = digest;
    }

    // blobs/sha256/<hex>, as every OCI image layout has it.
    private static Digest? BlobDigest(string name) =>
        name.Split('/') is ["blobs", var algorithm, var hex] && Digest.TryParse($"{algorithm}:{hex}", out Digest digest) ? digest : null;

    // <id>/layer.tar of docker, <diffID>.tar of skopeo, sha256:<hex>.tar.gz of kaniko.
    private static bool IsLayer(string name) => LayerSuffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal));
}
