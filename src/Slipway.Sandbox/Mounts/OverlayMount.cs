using Slipway.Foundation.Linux;

namespace Slipway.Sandbox.Mounts;

/// <summary>
/// An overlay file system (kernel documentation, filesystems/overlayfs). Every layer gets a short name, so the 500 layers that the
/// kernel allows fit into mount(2)'s page of options.
/// </summary>
internal static class OverlayMount
{
    private const int MostLayers = 500;

    /// <summary>Mounts a view that cannot be written to.</summary>
    public static void AttachReadOnly(Workspace workspace, IReadOnlyList<string> lower, bool userXattr, string target) =>
        // Without an upper directory overlayfs insists on two lower ones.
        Attach(workspace, [.. lower, workspace.Empty, .. lower.Count == 0 ? [workspace.Top] : Array.Empty<string>()], "", userXattr, target);

    /// <summary>Mounts a view whose changes go to <paramref name="upper"/>.</summary>
    public static void Attach(Workspace workspace, IReadOnlyList<string> lower, string upper, string work, bool userXattr, string target)
    {
        // volatile: no sync(2) of the whole file system at unmounting; who keeps the changes reads them back and syncs what it writes.
        string options = $",upperdir={workspace.ShortName(upper)},workdir={workspace.ShortName(work)},volatile";
        Attach(workspace, lower.Count == 0 ? [workspace.Empty] : lower, options, userXattr, target);
    }

    private static void Attach(Workspace workspace, IReadOnlyList<string> lower, string options, bool userXattr, string target)
    {
        if (lower.Count > MostLayers)
        {
            throw new LinuxException($"mount of {lower.Count} layers", target, Errno.EINVAL);
        }

        // Fixed, since what a machine's defaults put into the upper directory would end up in the layer.
        string marks = userXattr ? "userxattr" : "redirect_dir=off,metacopy=off";
        string all = $"lowerdir={string.Join(':', lower.Select(workspace.ShortName))},index=off,{marks}{options}";
        Mount.Attach("overlay", target, "overlay", MountFlags.None, all);
    }
}
