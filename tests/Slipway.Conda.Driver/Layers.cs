using System.Security.Cryptography;
using Slipway.Conda.Linking;
using Slipway.Conda.Packages;
using Slipway.Conda.Records;
using Slipway.Conda.Versions;
using Slipway.Images.Layers;
using Slipway.Images.Store;

namespace Slipway.Conda.Driver;

/// <summary>Packages of a folder become one layer in a store, as an image of them is made.</summary>
internal static class Layers
{
    public static async Task WriteAsync(string packages, string root)
    {
        using ImageStore store = ImageStore.Open(root);
        var cache = new PackageCache(PackageCache.RootIn(root), _ => throw new InvalidOperationException("no network here"), _ => { });
        string temporary = store.CreateTemporaryDirectory("bench");
        PackageRecord[] records = [.. Directory.EnumerateFiles(packages, "*.conda").Order(StringComparer.Ordinal).Select(Record)];
        IReadOnlyList<UnpackedPackage> unpacked = await new PackageFetcher(cache, temporary).FetchAsync(records, CancellationToken.None);
        LinkPlan plan = await LinkPlanner.PlanAsync(
            new LinkOptions { Prefix = "/opt/env", Subdir = "linux-64" }, [.. records.Zip(unpacked, (record, package) => new LinkInput(record, package))], Environment.ProcessorCount, CancellationToken.None);
        await using LayerWriter writer = store.Layers.CreateWriter(new LayerWriterOptions());
        await LayerComposer.WriteAsync(writer, plan.Options.Prefix, plan.Entries, CancellationToken.None);
        Layer layer = await writer.CompleteAsync(CancellationToken.None);
        foreach (UnpackedPackage package in unpacked)
        {
            package.Dispose();
        }

        Directory.Delete(temporary, recursive: true);
        Console.WriteLine(layer.DiffId);
    }

    // As a channel announces it: the digest is part of the work, as in a real installation.
    private static PackageRecord Record(string path)
    {
        string[] parts = Path.GetFileNameWithoutExtension(path).Split('-');
        string digest = path + ".sha256";
        if (!File.Exists(digest))
        {
            using FileStream file = File.OpenRead(path);
            File.WriteAllText(digest, Convert.ToHexStringLower(SHA256.HashData(file)));
        }

        return new PackageRecord
        {
            Name = parts[0],
            Version = CondaVersion.Parse(parts[1]),
            Build = parts[2],
            Subdir = "linux-64",
            FileName = Path.GetFileName(path),
            Url = Path.GetFullPath(path),
            Size = new FileInfo(path).Length,
            Sha256 = File.ReadAllText(digest),
        };
    }
}
