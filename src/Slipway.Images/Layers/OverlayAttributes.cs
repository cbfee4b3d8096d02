using Slipway.Foundation.Linux;

namespace Slipway.Images.Layers;

/// <summary>The extended attributes that overlayfs keeps for itself (kernel documentation, filesystems/overlayfs).</summary>
internal static class OverlayAttributes
{
    private const string Trusted = "trusted.overlay.", User = "user.overlay.";

    /// <summary>The mark of an opaque directory as overlayfs reads it here: a user namespace may not set trusted attributes and mounts with <c>userxattr</c>.</summary>
    internal static string Opaque { get; } = (ProcessIdentity.IsInInitialUserNamespace ? Trusted : User) + "opaque";

    internal static bool IsOverlay(string name) => name.StartsWith(Trusted, StringComparison.Ordinal) || name.StartsWith(User, StringComparison.Ordinal);

    internal static bool IsOpaque(string name) => IsOverlay(name) && name.EndsWith(".opaque", StringComparison.Ordinal);
}
