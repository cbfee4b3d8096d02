using System.Buffers;
using Slipway.Conda.Packages;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;

namespace Slipway.Conda.Linking;

/// <summary>
/// Puts an environment into a directory of this machine. It is made beside its place and moved there when it is whole, so that nobody sees half of one and a failure leaves nothing.
/// </summary>
public static class DirectoryLinker
{
    private const int ExecutableMode = 0x1FF, FileMode = 0x1B6, BufferSize = 128 * 1024;

    /// <param name="plan">The environment; its prefix is the directory, which must not exist or be empty.</param>
    /// <param name="threads">How many packages are written at once.</param>
    /// <param name="cancellationToken">Stops; nothing is left.</param>
    /// <exception cref="DiagnosticException">There is something in the directory.</exception>
    public static async Task LinkAsync(LinkPlan plan, int threads, CancellationToken cancellationToken)
    {
        string directory = plan.Options.Prefix, parent = Path.GetDirectoryName(directory)!;
        if (File.Exists(directory) || (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any()))
        {
            throw new DiagnosticException("prefix-not-empty", $"'{directory}' is not empty.", "Name another directory, or remove this one.");
        }

        Directory.CreateDirectory(parent);
        string temporary = Path.Combine(parent, $".{Path.GetFileName(directory)}.{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(temporary);
            await FillAsync(plan, temporary, threads, cancellationToken);
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory); // empty, or this fails
            }

            Directory.Move(temporary, directory);
        }
        catch
        {
            DirectoryHandle.RemoveTreeAt(temporary);
            throw;
        }
    }

    private static async Task FillAsync(LinkPlan plan, string root, int threads, CancellationToken cancellationToken)
    {
        var directories = new SortedSet<string>(LayerPath.Order);
        foreach (LinkEntry entry in plan.Entries)
        {
            for (string path = entry.Kind == PackageMemberKind.Directory ? entry.Path : LayerPath.ParentOf(entry.Path);
                path.Length > 0 && directories.Add(path);
                path = LayerPath.ParentOf(path))
            {
            }
        }

        foreach (string path in directories)
        {
            Directory.CreateDirectory(Path.Combine(root, path));
        }

        IReadOnlyList<LinkEntry>[] parts = [.. plan.Packages.Select(package => package.Entries), plan.Own];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(parts, options, (entries, token) =>
        {
            using var writer = new Writer(root);
            foreach (LinkEntry entry in entries)
            {
                token.ThrowIfCancellationRequested();
                writer.Write(entry);
            }

            return ValueTask.CompletedTask;
        });
    }

    // Writes below one root, never through a link: every directory is opened beneath it by the kernel's own rules.
    private sealed class Writer : IDisposable
    {
        private readonly DirectoryHandle _root;
        private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        private readonly Dictionary<SharedFile, string> _names = [];
        private (string Path, DirectoryHandle Handle)? _parent;

        internal Writer(string root) => _root = DirectoryHandle.Open(root);

        internal void Write(LinkEntry entry)
        {
            if (entry.Kind == PackageMemberKind.Directory)
            {
                return;
            }

            DirectoryHandle parent = Parent(LayerPath.ParentOf(entry.Path));
            string name = LayerPath.NameOf(entry.Path);
            if (entry.Kind == PackageMemberKind.SymbolicLink)
            {
                parent.CreateSymbolicLink(name, entry.LinkTarget!);
            }
            else if (SharedFile.Of(entry) is { } shared && !_names.TryAdd(shared, entry.Path))
            {
                using DirectoryHandle other = _root.OpenBeneath(LayerPath.ParentOf(_names[shared]));
                parent.CreateHardLink(name, other, LayerPath.NameOf(_names[shared]));
            }
            else
            {
                Copy(entry, parent, name);
            }
        }

        public void Dispose()
        {
            _parent?.Handle.Dispose();
            _root.Dispose();
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        private void Copy(LinkEntry entry, DirectoryHandle parent, string name)
        {
            using FileDescriptor file = parent.CreateFile(name, entry.IsExecutable ? ExecutableMode : FileMode); // narrowed by the user's mask
            using Stream bytes = entry.Open();
            int read;
            while ((read = bytes.Read(_buffer)) > 0)
            {
                file.Write(_buffer.AsSpan(0, read));
            }
        }

        private DirectoryHandle Parent(string path)
        {
            if (_parent?.Path != path)
            {
                _parent?.Handle.Dispose();
                _parent = (path, _root.OpenBeneath(path));
            }

            return _parent!.Value.Handle;
        }
    }
}
