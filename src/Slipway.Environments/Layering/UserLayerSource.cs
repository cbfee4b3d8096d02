using System.Text;
using Slipway.Build.Contexts;
using Slipway.Build.Graph;
using Slipway.Environments.Building;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;

namespace Slipway.Environments.Layering;

/// <summary>The layer that makes the image's user: an entry in <c>/etc/passwd</c> and <c>/etc/group</c>, a home and the project's folder. A user of the base with that id gives way.</summary>
public sealed class UserLayerSource(ImageLayout layout) : ILayerSource
{
    private const int DirectoryMode = 0x1ED, FileMode = 0x1A4, LargestFile = 4 << 20;

    /// <inheritdoc/>
    public bool ReadsParent => true;

    /// <inheritdoc/>
    public void Describe(KeyBuilder key) =>
        key.Add("rules", "user-1").Add("name", layout.UserName).Add("uid", layout.Uid.ToString()).Add("gid", layout.Gid.ToString()).Add("home", layout.Home).Add("project", layout.Project);

    /// <inheritdoc/>
    public Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task WriteAsync(LayerWriter writer, IFileTree below, CancellationToken cancellationToken)
    {
        if (layout.Uid == 0 || layout.UserName == "root")
        {
            throw new DiagnosticException("root-user", "The image's user may not be root.", "Choose another name and uid; a container that has to be root is started with \"run --user root\".");
        }

        string shell = await below.FindAsync("bin/bash", cancellationToken) is not null || await below.FindAsync("usr/bin/bash", cancellationToken) is not null ? "/bin/bash" : "/bin/sh";
        string passwd = Without(await ReadAsync(below, "etc/passwd", cancellationToken), layout.UserName, layout.Uid) + $"{layout.UserName}:x:{layout.Uid}:{layout.Gid}::{layout.Home}:{shell}\n";
        string group = await ReadAsync(below, "etc/group", cancellationToken);
        if (!group.Split('\n').Any(line => line.Split(':') is [_, _, var gid, ..] && gid == layout.Gid.ToString()))
        {
            group = Without(group, layout.UserName, null) + $"{layout.UserName}:x:{layout.Gid}:\n";
        }

        var entries = new SortedDictionary<string, (LayerEntry Entry, byte[]? Bytes)>(LayerPath.Order);
        await DirectoryAsync("etc", 0, 0);
        File("etc/passwd", passwd);
        File("etc/group", group);
        foreach ((string path, bool isOwn) in new[] { ("home", false), (LayerPath.Normalize(layout.Home), true), (LayerPath.ParentOf(LayerPath.Normalize(layout.Project)), false), (LayerPath.Normalize(layout.Project), true) })
        {
            if (path.Length > 0)
            {
                await DirectoryAsync(path, isOwn ? layout.Uid : 0, isOwn ? layout.Gid : 0);
            }
        }

        foreach ((LayerEntry entry, byte[]? bytes) in entries.Values)
        {
            await (bytes is { Length: > 0 } ? writer.AddAsync(entry, new MemoryStream(bytes, writable: false), cancellationToken) : writer.AddAsync(entry, cancellationToken));
        }

        void File(string path, string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            entries[path] = (new LayerEntry { Path = path, Kind = LayerEntryKind.File, Mode = FileMode, Size = bytes.Length }, bytes);
        }

        // What is there keeps its owner and mode, unless it is the user's own.
        async Task DirectoryAsync(string path, uint uid, uint gid)
        {
            FileNode? there = await below.FindAsync(path, cancellationToken);
            entries[path] = (new LayerEntry
            {
                Path = path,
                Kind = LayerEntryKind.Directory,
                Mode = uid == 0 && there is { Kind: FileKind.Directory } ? there.Mode : DirectoryMode,
                Uid = uid == 0 ? there?.Uid ?? 0 : uid,
                Gid = uid == 0 ? there?.Gid ?? 0 : gid,
            }, null);
        }
    }

    private static string Without(string text, string name, uint? id)
    {
        IEnumerable<string> kept = text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.Split(':') is var fields && fields[0] != name && !(id is { } number && fields.Length > 2 && fields[2] == number.ToString()));
        return string.Concat(kept.Select(line => line + "\n"));
    }

    private static async Task<string> ReadAsync(IFileTree tree, string path, CancellationToken cancellationToken)
    {
        if ((await PathResolver.ResolveAsync(tree, path, followLast: true, cancellationToken)).Node is not { Kind: FileKind.Regular, Size: < LargestFile } file)
        {
            return "";
        }

        await using Stream stream = await tree.OpenAsync(file, cancellationToken);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(cancellationToken);
    }
}
