using System.Diagnostics.CodeAnalysis;
using Slipway.Foundation.Hashing;

namespace Slipway.Images.Archives;

/// <summary>An image of a layout folder: <c>oci-layout://PATH[:TAG][@DIGEST]</c>.</summary>
/// <param name="Folder">The folder, as written.</param>
/// <param name="Tag">The tag, or null.</param>
/// <param name="Digest">The manifest's digest, or null.</param>
public sealed record OciLayoutName(string Folder, string? Tag, Digest? Digest)
{
    /// <summary>What such names begin with.</summary>
    public const string Prefix = "oci-layout://";

    public static bool TryParse(string text, [NotNullWhen(true)] out OciLayoutName? name)
    {
        name = null;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        string path = text[Prefix.Length..];
        Digest? digest = null;
        if (path.LastIndexOf('@') is var at and > 0 && Foundation.Hashing.Digest.TryParse(path[(at + 1)..], out Digest given))
        {
            (path, digest) = (path[..at], given);
        }

        int colon = path.LastIndexOf(':');
        bool hasTag = colon > path.LastIndexOf('/') && colon > 0;
        name = path.Length == 0 ? null : new OciLayoutName(hasTag ? path[..colon] : path, hasTag ? path[(colon + 1)..] : null, digest);
        return name is not null;
    }

    public override string ToString() => $"{Prefix}{Folder}{(Tag is null ? "" : ":" + Tag)}{(Digest is { } digest ? "@" + digest : "")}";
}
