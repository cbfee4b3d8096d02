using Slipway.Foundation.Hashing;

namespace Slipway.Images.Store;

/// <summary>
/// What lies where in the store. <c>oci-layout</c>, <c>index.json</c> and <c>blobs/</c> are the OCI image layout; the rest is private, and a change of its
/// form is a new number in the name:
/// <list type="bullet">
/// <item><c>layers-v1/&lt;hex of the diffID&gt;/</c>: <c>entries</c> (what the layer holds), <c>blobs.json</c> (blobs known to hold it), <c>tree/</c>
/// (unpacked, as overlayfs wants it), <c>lock</c>. The uncompressed tar is the blob with the diffID's digest. The folder's modification time is its last use.</item>
/// <item><c>keys-v1/&lt;2 hex&gt;/&lt;hex&gt;.json</c>: one record of the cache; <c>keys-v1/operations/</c>: the newest key of an operation.</item>
/// <item><c>tmp-v1/&lt;name&gt;.lease</c> and <c>tmp-v1/&lt;name&gt;/</c>: a running process, and its unfinished files.</item>
/// <item><c>boot-v1</c>: the boot of the machine in which the store was last opened.</item>
/// <item><c>locks-v1/</c>: what processes hold for a moment.</item>
/// </list>
/// </summary>
internal sealed class StoreLayout(string root)
{
    internal string Root { get; } = root;

    internal string OciLayout => Path.Combine(Root, "oci-layout");

    internal string Index => Path.Combine(Root, "index.json");

    internal string Blobs => Path.Combine(Root, "blobs");

    /// <summary>The boot of the machine in which the store was last opened.</summary>
    internal string Boot => Path.Combine(Root, "boot-v1");

    internal string Layers => Path.Combine(Root, "layers-v1");

    internal string Keys => Path.Combine(Root, "keys-v1");

    internal string Operations => Path.Combine(Keys, "operations");

    internal string Temporary => Path.Combine(Root, "tmp-v1");

    internal string Locks => Path.Combine(Root, "locks-v1");

    internal const string StepLockPrefix = "step-";

    internal string IndexLock => Path.Combine(Locks, "index.lock");

    internal string BootLock => Path.Combine(Locks, "boot.lock");

    /// <summary>Held shared while something is marked as used, exclusively while a prune decides and takes away.</summary>
    internal string UseLock => Path.Combine(Locks, "use.lock");

    internal string Blob(Digest digest) => Path.Combine(Blobs, digest.Algorithm, digest.Hex);

    internal string Layer(Digest diffId) => Path.Combine(Layers, diffId.Hex);

    internal string Key(Digest key) => Path.Combine(Keys, key.Hex[..2], key.Hex + ".json");

    internal void Create()
    {
        foreach (string folder in (string[])[Path.Combine(Blobs, "sha256"), Layers, Operations, Temporary, Locks])
        {
            Directory.CreateDirectory(folder);
        }
    }
}
