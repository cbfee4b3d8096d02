using Slipway.Images.Model;

namespace Slipway.Images.Archives;

/// <summary>How images are named in archives.</summary>
internal static class ArchiveNames
{
    /// <summary>The file of an OCI layout that says it is one (image-layout.md).</summary>
    public const string LayoutFile = "oci-layout";

    public const string IndexFile = "index.json";

    /// <summary>The list of a docker archive.</summary>
    public const string ManifestFile = "manifest.json";

    /// <summary>Containerd's and docker's annotation for the full name.</summary>
    public const string FullName = "io.containerd.image.name";

    /// <summary>OCI's annotation: a tag (docker, umoci), or whatever the user wrote (skopeo, podman).</summary>
    public const string RefName = "org.opencontainers.image.ref.name";

    /// <summary>The name of an entry of an index; null when it has none, or only a tag, which names nothing by itself.</summary>
    public static ImageReference? Of(Descriptor entry)
    {
        if (entry.Annotations.TryGetValue(FullName, out string? full) && ImageReference.TryParse(full, out ImageReference? reference))
        {
            return reference;
        }

        bool hasName = entry.Annotations.TryGetValue(RefName, out string? name) && name.AsSpan().ContainsAny('/', ':');
        return hasName && ImageReference.TryParse(name!, out reference) ? reference : null;
    }
}
