namespace Slipway.Sandbox.Containers;

/// <summary>The directories a container's root file system is stacked from.</summary>
/// <param name="Lower">The layers' trees, the topmost first; may be empty (<c>FROM scratch</c>). Never written to.</param>
/// <param name="Upper">Takes the changes, as overlayfs writes them. Its own mode and owner become those of <c>/</c> below.</param>
/// <param name="Work">An empty directory on the same file system as <paramref name="Upper"/>, for this run alone; the caller removes it afterwards.</param>
public sealed record RootFileSystem(IReadOnlyList<string> Lower, string Upper, string Work)
{
    /// <summary>The metadata of directories that a layer's tree has only because something lies in them. Parents first.</summary>
    public IReadOnlyList<DirectoryFixup> Fixups { get; init; } = [];
}

/// <summary>The true metadata of a directory that an upper layer's tree only implies.</summary>
/// <param name="Path">From the root, without a leading slash; the root itself is the empty string.</param>
public sealed record DirectoryFixup(string Path, int Permissions, uint Uid, uint Gid, long ModifiedNanoseconds)
{
    public IReadOnlyDictionary<string, byte[]> ExtendedAttributes { get; init; } = new Dictionary<string, byte[]>();
}
