using System.Text;
using Slipway.Images.Layers;

namespace Slipway.Images.Tests;

/// <summary>Short ways to write layer entries.</summary>
internal static class Entries
{
    public static LayerEntry Directory(string path, int mode = 0x1ED) => new() { Path = path, Kind = LayerEntryKind.Directory, Mode = mode };

    public static LayerEntry File(string path, int mode = 0x1A4) => new() { Path = path, Kind = LayerEntryKind.File, Mode = mode };

    public static LayerEntry Link(string path, string target) => new() { Path = path, Kind = LayerEntryKind.SymbolicLink, Mode = 0x1FF, LinkTarget = target };

    public static LayerEntry HardLink(string path, string target) => new() { Path = path, Kind = LayerEntryKind.HardLink, Mode = 0x1A4, LinkTarget = target };

    public static LayerEntry Whiteout(string path) => new() { Path = path, Kind = LayerEntryKind.Whiteout };

    /// <summary>The content that tests give a file: its own path.</summary>
    public static byte[] OwnPath(string path) => Encoding.UTF8.GetBytes(path);
}
