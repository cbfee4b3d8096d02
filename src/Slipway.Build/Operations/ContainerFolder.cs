using Slipway.Build.Contexts;
using Slipway.Foundation.Linux;

namespace Slipway.Build.Operations;

/// <summary>The scratch folder of one container: where its changes go.</summary>
public static class ContainerFolder
{
    /// <summary>Makes the upper directory. It shows as the root, so it starts with the metadata that the root has below.</summary>
    public static async Task<string> PrepareUpperAsync(string scratch, SnapshotTree below, CancellationToken cancellationToken)
    {
        string upper = Directory.CreateDirectory(Path.Combine(scratch, "upper")).FullName;
        FileNode root = (await below.FindAsync("", cancellationToken))!;
        FileOwner.Set(upper, root.Uid, root.Gid);
        File.SetUnixFileMode(upper, (UnixFileMode)root.Mode);
        return upper;
    }

    /// <summary>Removes the folder with all that a container left in it.</summary>
    public static void Remove(string scratch)
    {
        if (Directory.Exists(scratch))
        {
            Directory.Delete(scratch, recursive: true);
        }
    }
}
