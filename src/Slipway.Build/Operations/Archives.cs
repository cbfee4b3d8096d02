using System.Collections.Concurrent;
using Slipway.Build.Contexts;
using Slipway.Build.Graph;
using Slipway.Build.Scheduling;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Compression;
using Slipway.Images.Layers;

namespace Slipway.Build.Operations;

/// <summary>
/// Archives of ADD: tars, plain or compressed, told by their content. An archive becomes a layer of its own in the store, from which its files are
/// then copied; that layer belongs to no image.
/// </summary>
internal sealed class Archives(BuildSession session)
{
    private readonly ConcurrentDictionary<Digest, Lazy<Task<SnapshotTree?>>> _opened = new();

    /// <summary>The files of an archive, or null when the file is none.</summary>
    public async Task<SnapshotTree?> TryOpenAsync(IFileTree tree, FileNode file, StepOrigin origin, CancellationToken cancellationToken)
    {
        Digest content = await tree.DigestAsync(file, cancellationToken);
        return await _opened.GetOrAdd(content, _ => new Lazy<Task<SnapshotTree?>>(() => OpenAsync(tree, file, origin, cancellationToken))).Value;
    }

    private async Task<SnapshotTree?> OpenAsync(IFileTree tree, FileNode file, StepOrigin origin, CancellationToken cancellationToken)
    {
        if (!await IsTarAsync(tree, file, cancellationToken))
        {
            return null;
        }

        try
        {
            await using Stream archive = await tree.OpenAsync(file, cancellationToken);
            var options = new UnpackOptions { Whiteouts = false, RefuseAbsolutePaths = true, Name = file.Path, MaximumBytes = session.Sources.Options.LargestSource };
            Layer layer = await session.Store.Layers.AddTarAsync(archive, options, cancellationToken);
            return await SnapshotTree.LoadAsync(session.Store.Layers, [layer.DiffId], cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw origin.Error("broken-archive", $"'{file.Path}' is a broken archive: {e.Message}", "make or download it again");
        }
        catch (DiagnosticException e)
        {
            throw new DiagnosticException([.. e.Diagnostics.Select(d => d with { Source = origin.Source, Span = origin.Span })]);
        }
    }

    private static async Task<bool> IsTarAsync(IFileTree tree, FileNode file, CancellationToken cancellationToken)
    {
        await using Stream raw = await tree.OpenAsync(file, cancellationToken);
        try
        {
            await using Stream plain = Decompressor.OpenDetected(raw, out _);
            byte[] header = new byte[TarDetection.HeaderLength];
            int read = await plain.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellationToken);
            return TarDetection.IsHeader(header.AsSpan(0, read));
        }
        catch (InvalidDataException)
        {
            return false; // looks compressed by its first bytes, but is not: a file like any other
        }
    }
}
