using System.Collections.Concurrent;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;
using Slipway.Images.Registry;

namespace Slipway.Images.Store.Checking;

/// <summary>
/// Reads everything in the store and compares it with what it says it is: blobs with their names, the forms of each layer with each other, images and keys with
/// what they refer to. Looking is not using: no mark of use is set. What vanishes while it is looked at was pruned, and is no problem.
/// </summary>
/// <param name="layout">Where things are.</param>
/// <param name="lease">This process's folder, which takes what a repair removes.</param>
/// <param name="index">The list of images.</param>
/// <param name="ignoreOwners">Whether owners in trees say nothing (a user namespace with one id).</param>
internal sealed class StoreCheck(StoreLayout layout, StoreLease lease, ImageIndexFile index, bool ignoreOwners)
{
    private static readonly TimeSpan Unfinished = TimeSpan.FromHours(1);

    private readonly ConcurrentBag<StoreProblem> _problems = [];
    private readonly ConcurrentDictionary<string, bool> _bad = new(StringComparer.Ordinal);

    /// <summary>What is looked at: everything, unless this says which blobs, layers' folders and keys.</summary>
    public Func<FileSystemInfo, bool>? Only { get; init; }

    /// <param name="repair">Whether to take damaged things away, so that they are made or fetched again.</param>
    /// <param name="progress">Hears of the bytes read.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<IReadOnlyList<StoreProblem>> RunAsync(bool repair, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var census = new StoreCensus(layout);
        await CheckBlobsAsync([.. census.EnumerateBlobs().Where(blob => IsWanted(blob.File))], progress, cancellationToken);
        await CheckLayersAsync([.. census.EnumerateLayers().Where(layer => IsWanted(layer.Folder))], progress, cancellationToken);
        var images = new ImageCheck(layout, index, IsGood);
        Add(await images.RunAsync(cancellationToken));
        await CheckKeysAsync(census, images, cancellationToken);
        if (Only is null)
        {
            CheckLeftovers();
        }

        StoreProblem[] problems = [.. _problems.OrderBy(problem => problem.Code, StringComparer.Ordinal).ThenBy(problem => problem.Message, StringComparer.Ordinal)];
        if (repair)
        {
            await RepairAsync(problems, cancellationToken);
        }

        return problems;
    }

    private async Task CheckBlobsAsync((Digest Digest, FileInfo File)[] blobs, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        long total = blobs.Sum(blob => blob.File.Exists ? blob.File.Length : 0), done = 0;
        await ForEachAsync(blobs, async (blob, token) =>
        {
            string path = blob.File.FullName;
            Digest found;
            long length;
            await using (FileStream content = Open(path))
            {
                length = content.Length;
                found = blob.Digest.Algorithm == "sha256" ? await Digest.OfAsync(content, token)
                    : Digest.Parse("sha512:" + Convert.ToHexStringLower(await System.Security.Cryptography.SHA512.HashDataAsync(content, token)));
            }

            progress?.Report(new TransferProgress("blobs", Interlocked.Add(ref done, length), total));
            if (found != blob.Digest)
            {
                _bad.TryAdd(path, true);
                Add([new StoreProblem("damaged-blob", $"the blob {blob.Digest} holds other bytes ({length} of them)", "pull, load or build what it belongs to again") { Paths = [path] }]);
            }
        }, cancellationToken);
    }

    private async Task CheckLayersAsync((Digest DiffId, DirectoryInfo Folder)[] layers, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        long done = 0;
        await ForEachAsync(layers, async (layer, token) =>
        {
            var check = new LayerCheck(layout, layer.DiffId, IsGood, ignoreOwners);
            IReadOnlyList<StoreProblem> problems = await check.RunAsync(token);
            Add(problems);
            foreach (string path in problems.SelectMany(problem => problem.Paths))
            {
                _bad.TryAdd(path, true);
            }

            progress?.Report(new TransferProgress("layers", Interlocked.Add(ref done, check.Size), null));
        }, cancellationToken);
    }

    private async Task CheckKeysAsync(StoreCensus census, ImageCheck images, CancellationToken cancellationToken) =>
        await ForEachAsync(census.EnumerateKeys().Where(IsWanted).ToArray(), async (file, token) =>
        {
            string name = Path.GetFileNameWithoutExtension(file.Name);
            KeyRecord? record = await KeyStore.ReadAsync(file.FullName, token);
            string? wrong = record is null ? (file.Exists ? "cannot be read" : null)
                : record.Layers.FirstOrDefault(layer => !images.HasLayer(layer)) is { IsEmpty: false } missing ? $"leads to the layer {missing.Short}, which is not here"
                : record.Parts.Count > 0 && KeyStore.KeyOf(record).Hex != name ? "is the record of another key"
                : null;
            if (wrong is not null && File.Exists(file.FullName))
            {
                Add([new StoreProblem("damaged-key", $"the cache record {name[..12]} {wrong}", "its step is done again at the next build") { Paths = [file.FullName] }]);
            }
        }, cancellationToken);

    // What a running process is about to finish is not left over.
    private void CheckLeftovers()
    {
        DateTime old = TimeProvider.System.GetUtcNow().UtcDateTime - Unfinished;
        IEnumerable<string> beside = Directory.EnumerateFiles(layout.Root, ".*.tmp", SearchOption.TopDirectoryOnly)
            .Concat(Directory.EnumerateDirectories(layout.Root, "stat-*").SelectMany(folder => Directory.EnumerateFiles(folder, ".*.tmp")))
            .Where(file => File.GetLastWriteTimeUtc(file) < old);
        IEnumerable<string> abandoned = Directory.EnumerateDirectories(layout.Temporary)
            .Where(folder => !File.Exists(Path.Combine(layout.Temporary, Path.GetFileName(folder).Split('.')[0] + ".lease")));
        IEnumerable<string> strange = Directory.EnumerateDirectories(layout.Blobs)
            .SelectMany(Directory.EnumerateFiles)
            .Where(file => !Digest.TryParse($"{Path.GetFileName(Path.GetDirectoryName(file))}:{Path.GetFileName(file)}", out _));
        Add(beside.Concat(abandoned).Concat(strange).Select(path =>
            new StoreProblem("leftover", $"'{Path.GetRelativePath(layout.Root, path)}' belongs to nothing", "it takes space and does no harm") { Paths = [path] }));
    }

    private async Task RepairAsync(StoreProblem[] problems, CancellationToken cancellationToken)
    {
        HashSet<Digest> images = [.. problems.Select(problem => problem.Image?.Digest).OfType<Digest>()];
        if (images.Count > 0)
        {
            await index.UpdateAsync(entries => [.. entries.Where(entry => !images.Contains(entry.Digest))], cancellationToken);
        }

        foreach (string path in problems.SelectMany(problem => problem.Paths).Distinct())
        {
            string away = lease.NewPath("damaged");
            if (Directory.Exists(path))
            {
                Directory.Move(path, away);
                DirectoryHandle.RemoveTreeAt(away);
            }
            else
            {
                File.Delete(path);
            }
        }
    }

    private bool IsWanted(FileSystemInfo thing) => Only is null || Only(thing);

    private bool IsGood(string path) => Path.Exists(path) && !_bad.ContainsKey(path);

    private void Add(IEnumerable<StoreProblem> problems)
    {
        foreach (StoreProblem problem in problems)
        {
            _problems.Add(problem);
        }
    }

    internal static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 18, FileOptions.SequentialScan);

    private static Task ForEachAsync<T>(IReadOnlyList<T> items, Func<T, CancellationToken, Task> check, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            items,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
            async (item, token) =>
            {
                try
                {
                    await check(item, token);
                }
                catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
                {
                    // Pruned while it was looked at.
                }
            });
}
