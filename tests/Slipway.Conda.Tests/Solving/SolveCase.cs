using System.Text;
using System.Text.Json;
using Slipway.Conda.Channels;
using Slipway.Conda.Channels.Caching;
using Slipway.Conda.Channels.Repodata;
using Slipway.Conda.Matching;
using Slipway.Conda.Records;
using Slipway.Conda.Solving;
using Slipway.Conda.Versions;
using Slipway.Images.Compression;
using Slipway.Testing;

namespace Slipway.Conda.Tests.Solving;

/// <summary>One row of the solve judge; prints as its id.</summary>
public sealed class SolveCase(JsonElement row)
{
    public JsonElement Row { get; } = row;

    public string Id => Row.Text("id");

    public string[] Specs => Strings("specs");

    public string[] Agreed => Strings("agreed");

    public string[] Expected => Strings("solution");

    public bool Feasible => Row.GetProperty("feasible").GetBoolean();

    public string[] Strings(string name) => Row.TryGetProperty(name, out JsonElement list) ? [.. list.EnumerateArray().Select(s => s.GetString()!)] : [];

    public CondaRequest Request => new()
    {
        Specs = [.. Specs.Select(s => MatchSpec.Parse(s, ParseMode.Lenient))],
        VirtualPackages = [.. Strings("virtual").Select(v => v.Split('=')).Select(p => new PackageRecord { Name = p[0], Version = CondaVersion.Parse(p[1]), Build = p[2] })],
    };

    internal async Task<CondaResult> SolveAsync(SolveChannels channels, CancellationToken cancellationToken) =>
        await CondaSolver.SolveAsync([await channels.OpenAsync(this, cancellationToken)], Request, name => [name], cancellationToken);

    public override string ToString() => Id;
}

/// <summary>The channels of the solve judge, kept in a temporary cache.</summary>
internal sealed class SolveChannels : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, IFolderRecords[]> _open = [];

    public async Task<IFolderRecords[]> OpenAsync(SolveCase row, CancellationToken cancellationToken)
    {
        string channel = row.Row.TextOrNull("channel") ?? row.Id;
        if (!_open.TryGetValue(channel, out IFolderRecords[]? folders))
        {
            List<IFolderRecords> opened = [];
            foreach (string subdir in new[] { "linux-64", "noarch" })
            {
                string path = Conformance.PathOf($"conda/solve/{channel}/{subdir}/repodata.json.zst")!;
                await using Stream json = File.Exists(path) ? Decompressor.Open(File.OpenRead(path), CompressionKind.Zstd) : new MemoryStream(Encoding.UTF8.GetBytes(Write(row, subdir)));
                var cache = new FolderCache(_folder.Path);
                FolderState state = await cache.StoreAsync(json, (name, length) => new FolderState { Source = $"{channel}/{subdir}", File = name, Length = length }, indexed: true, cancellationToken);
                opened.Add(cache.Open(state, _ => new RecordPlace(channel, subdir, $"https://channels.example/{channel}/{subdir}/")));
            }

            _open[channel] = folders = [.. opened];
        }

        return folders;
    }

    public void Dispose()
    {
        foreach (IFolderRecords folder in _open.Values.SelectMany(f => f))
        {
            folder.Dispose();
        }

        _folder.Dispose();
    }

    private static string Write(SolveCase row, string subdir)
    {
        IEnumerable<string> records = row.Row.GetProperty("records").EnumerateArray()
            .Where(r => (r.TextOrNull("subdir") ?? "linux-64") == subdir).Select(r => $"{JsonSerializer.Serialize(r.Text("fn"))}:{r.GetRawText()}");
        return $"{{\"packages.conda\":{{{string.Join(',', records)}}}}}";
    }
}
