using System.Globalization;
using Slipway.Foundation.Files;
using Slipway.Foundation.Linux;
using Slipway.Images.Model;

namespace Slipway.Images.Store;

/// <summary>The <c>index.json</c> of the store: which manifests there are and what they are called. Changed under a lock, replaced whole.</summary>
internal sealed class ImageIndexFile(StoreLayout layout)
{
    /// <summary>The name as people write it; what skopeo and umoci take after the folder (OCI image-spec, annotations.md).</summary>
    internal const string RefName = "org.opencontainers.image.ref.name";

    /// <summary>The full reference, as containerd writes it.</summary>
    internal const string FullName = "io.containerd.image.name";

    private const string TaggedAt = "dev.slipway.tagged";

    internal OciIndex Read()
    {
        try
        {
            return ImageJson.ReadIndex(File.ReadAllBytes(layout.Index));
        }
        catch (FileNotFoundException)
        {
            return new OciIndex();
        }
    }

    /// <summary>Reads, changes and writes while no other process does; writes nothing when nothing changes.</summary>
    internal async Task UpdateAsync(Func<IReadOnlyList<Descriptor>, IReadOnlyList<Descriptor>> change, CancellationToken cancellationToken)
    {
        using FileLock held = await FileLock.AcquireAsync(layout.IndexLock, exclusive: true, cancellationToken);
        OciIndex index = Read();
        IReadOnlyList<Descriptor> changed = change(index.Manifests);
        if (!ReferenceEquals(changed, index.Manifests))
        {
            Write(ImageJson.Write(index with { Manifests = changed }));
        }
    }

    private void Write(byte[] content)
    {
        try
        {
            AtomicFile.Write(layout.Index, content);
        }
        catch (IOException e) when (DiskSpace.IsUsedUp(e) && content.Length <= new FileInfo(layout.Index).Length)
        {
            // A prune must work on a disk without a free block. A shorter list goes over the longer one, in one write and filled up with blanks, which takes no block.
            using var file = new FileStream(layout.Index, FileMode.Open, FileAccess.Write, FileShare.Read, 0);
            byte[] filled = new byte[file.Length];
            filled.AsSpan().Fill((byte)' ');
            content.CopyTo(filled.AsSpan());
            file.Write(filled);
            file.Flush(flushToDisk: true);
        }
    }

    internal static ImageReference? NameOf(Descriptor entry) =>
        (entry.Annotations.TryGetValue(FullName, out string? name) || entry.Annotations.TryGetValue(RefName, out name))
        && ImageReference.TryParse(name, out ImageReference? reference)
            ? reference
            : null;

    internal static DateTimeOffset? TimeOf(Descriptor entry) =>
        entry.Annotations.TryGetValue(TaggedAt, out string? text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : null;

    /// <summary>The list with the target in it; unchanged if it is there, under whatever name.</summary>
    internal static IReadOnlyList<Descriptor> Add(IReadOnlyList<Descriptor> entries, Descriptor target) =>
        entries.Any(entry => entry.Digest == target.Digest) ? entries : [.. entries, target with { Annotations = Annotations(null) }];

    /// <summary>The list with the name on the target. What had the name loses it but stays; an entry of the target without a name takes it.</summary>
    internal static IReadOnlyList<Descriptor> Tag(IReadOnlyList<Descriptor> entries, ImageReference reference, Descriptor target)
    {
        Descriptor? old = entries.FirstOrDefault(entry => NameOf(entry) == reference);
        if (old?.Digest == target.Digest)
        {
            return entries;
        }

        List<Descriptor> changed = [.. entries.Where(entry => entry != old && !(entry.Digest == target.Digest && NameOf(entry) is null))];
        if (old is not null && !changed.Any(entry => entry.Digest == old.Digest))
        {
            changed.Add(old with { Annotations = Annotations(null) });
        }

        return [.. changed, target with { Annotations = Annotations(reference) }];
    }

    private static Dictionary<string, string> Annotations(ImageReference? name)
    {
        var annotations = new Dictionary<string, string> { [TaggedAt] = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture) };
        if (name is not null)
        {
            annotations[RefName] = name.Familiar;
            annotations[FullName] = name.ToString();
        }

        return annotations;
    }
}
