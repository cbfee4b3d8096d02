using Slipway.Foundation.Linux;

namespace Slipway.Sandbox.Mounts;

/// <summary>
/// Takes out of an upper directory what is there only because a mount point was touched: changing the owner of a whole tree, say, copies
/// the empty place up. What the run put something into stays. The overlay must be unmounted.
/// </summary>
internal static class StubCleanup
{
    public static void Remove(string upper, IReadOnlyList<string> stubs)
    {
        foreach (string stub in stubs.Reverse())
        {
            string path = Path.Combine(upper, stub);
            if (!FileStatus.TryOf(path, out FileStatus status))
            {
                continue;
            }

            if (status.Kind == FileKind.Directory && !Directory.EnumerateFileSystemEntries(path).Any())
            {
                Directory.Delete(path);
            }
            else if (status is { Kind: FileKind.Regular, Size: 0 } or { Kind: FileKind.CharacterDevice, DeviceMajor: 0, DeviceMinor: 0 })
            {
                File.Delete(path); // an empty file, or a whiteout of what was never in the image
            }
        }
    }
}
