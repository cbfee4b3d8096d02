using System.Text;
using Slipway.Conda.Channels;
using Slipway.Conda.Channels.Caching;
using Slipway.Conda.Channels.Repodata;
using Slipway.Conda.Matching;
using Slipway.Conda.Solving;
using Slipway.Conda.Targets;
using Slipway.Conda.Versions;
using Slipway.Testing;

namespace Slipway.Conda.Tests.Solving;

/// <summary>A channel of a few records, and solves over it.</summary>
internal sealed class SmallChannel : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RepodataFolder _records;

    private SmallChannel(string json)
    {
        var cache = new FolderCache(_folder.Path);
        FolderState state = cache.StoreAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(json)), (name, length) => new FolderState { Source = "small", File = name, Length = length }, indexed: true, CancellationToken.None).GetAwaiter().GetResult();
        _records = cache.Open(state, _ => new RecordPlace("small", "linux-64", "https://channels.example/small/linux-64/"));
    }

    /// <summary>A channel of records given as what stands inside their braces; each has a name and a version.</summary>
    public static SmallChannel Of(params string[] records) =>
        new($"{{\"packages.conda\":{{{string.Join(',', records.Select((r, i) => $"\"f{i}-1-0.conda\":{{\"build\":\"0\",{r}}}"))}}}}}");

    /// <summary>A channel of a whole <c>repodata.json</c>.</summary>
    public static SmallChannel OfJson(string json) => new(json);

    public IFolderRecords Records => _records;

    public async Task<CondaResult> SolveAsync(CondaRequest request) => await CondaSolver.SolveAsync([[_records]], request, name => [name], TestContext.Current.CancellationToken);

    /// <summary>The packages for some specs, as <c>name=version</c>, sorted; or the explanation's lines.</summary>
    public async Task<string> SolveAsync(params string[] specs) => Text(await SolveAsync(Request(specs)));

    public static CondaRequest Request(params string[] specs) => new()
    {
        Specs = [.. specs.Select(s => MatchSpec.Parse(s, ParseMode.Strict))],
        VirtualPackages = new CondaTarget { Subdir = "linux-64" }.VirtualPackages,
    };

    public static string Text(CondaResult result) => result.Explanation?.ToString() ?? string.Join(' ', result.Packages.Select(p => $"{p.Name}={p.Version}").Order(StringComparer.Ordinal));

    public void Dispose()
    {
        _records.Dispose();
        _folder.Dispose();
    }
}
