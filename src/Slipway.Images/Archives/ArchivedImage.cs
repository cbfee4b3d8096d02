using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Images.Archives;

/// <summary>An image to save, and the names to save it under; none when it is saved by its id.</summary>
public sealed record ArchivedImage(StoredImage Image, IReadOnlyList<ImageReference> Names)
{
    /// <summary>The images of an index, one for each platform; with two or more the index is saved, too.</summary>
    public IReadOnlyList<StoredImage> Platforms { get; init; } = [];
}

/// <summary>What can read a saved archive.</summary>
public enum ArchiveFormat
{
    /// <summary>A docker archive that is an OCI layout as well, as docker itself has written since version 25.</summary>
    Docker,

    /// <summary>An OCI layout and nothing else.</summary>
    Oci,
}
