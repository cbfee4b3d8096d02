// Solves recorded requests as whole processes, for measuring: Slipway.Conda.Driver CACHE CASES.jsonl [ID]
// Without an ID it solves all of them, one after another in this process, and prints the time of each.
// Or makes a channel as large as conda-forge: Slipway.Conda.Driver synthetic CHANNEL FOLDER COPIES BUILDS
// Or makes a layer of packages: Slipway.Conda.Driver layers PACKAGES STORE
using System.Diagnostics;
using System.Text.Json;
using Slipway.Conda.Channels;
using Slipway.Conda.Channels.Caching;
using Slipway.Conda.Channels.Repodata;
using Slipway.Conda.Matching;
using Slipway.Conda.Records;
using Slipway.Conda.Solving;
using Slipway.Conda.Versions;
using Slipway.Images.Compression;

if (args[0] == "synthetic")
{
    Slipway.Conda.Driver.Synthetic.Write(args[1], args[2], int.Parse(args[3], null), int.Parse(args[4], null));
    return;
}

if (args[0] == "layers")
{
    await Slipway.Conda.Driver.Layers.WriteAsync(args[1], args[2]);
    return;
}

string folder = Path.GetDirectoryName(Path.GetFullPath(args[1]))!;
var cache = new FolderCache(args[0]);
foreach (string line in File.ReadLines(args[1]))
{
    if (args.Length > 2 && !line.StartsWith($"{{\"id\":\"{args[2]}\"", StringComparison.Ordinal))
    {
        continue;
    }

    using JsonDocument row = JsonDocument.Parse(line);
    var watch = Stopwatch.StartNew();
    string[] Strings(string name) => [.. row.RootElement.GetProperty(name).EnumerateArray().Select(s => s.GetString()!)];
    string channel = row.RootElement.GetProperty("channel").GetString()!;
    List<IFolderRecords> folders = [];
    foreach (string subdir in new[] { "linux-64", "noarch" })
    {
        string source = Path.Combine(folder, channel, subdir, "repodata.json");
        source = File.Exists(source) ? source : source + ".zst";
        FolderState? state = cache.Find(source);
        if (state is null)
        {
            await using Stream json = Decompressor.Open(File.OpenRead(source), source.EndsWith(".zst", StringComparison.Ordinal) ? CompressionKind.Zstd : CompressionKind.None);
            state = await cache.StoreAsync(json, (name, length) => new FolderState { Source = source, File = name, Length = length }, indexed: true, CancellationToken.None);
        }

        folders.Add(cache.Open(state, _ => new RecordPlace(channel, subdir, "https://channels.example/")));
    }

    long opened = watch.ElapsedMilliseconds;
    var request = new CondaRequest
    {
        Specs = [.. Strings("specs").Select(s => MatchSpec.Parse(s, ParseMode.Lenient))],
        VirtualPackages = [.. Strings("virtual").Select(v => v.Split('=')).Select(p => new PackageRecord { Name = p[0], Version = CondaVersion.Parse(p[1]), Build = p[2] })],
    };
    CondaResult result = await CondaSolver.SolveAsync([folders], request, name => [name], CancellationToken.None);
    Console.WriteLine($"{row.RootElement.GetProperty("id").GetString()} {watch.ElapsedMilliseconds} ms (open {opened}), {result.Packages.Count} packages, {result.Counters}");
    if (result.Explanation is not null)
    {
        Console.WriteLine(result.Explanation);
    }

    folders.ForEach(f => f.Dispose());
}
