using System.Text;
using System.Text.Json;
using Slipway.Conda.Channels;
using Slipway.Conda.Channels.Repodata;
using Slipway.Conda.Records;
using Slipway.Conda.Tests.Solving;
using Slipway.Testing;

namespace Slipway.Conda.Tests.Channels;

public sealed class RepodataTests
{
    // What was seen in real files (conda.md A4).
    private const string Dirt = """
        {"info":{"subdir":"linux-64"},"packages":{
          "n-1.0-0.tar.bz2":{"name":"n","version":"1.0","build":"0","build_number":0,"depends":null,"noarch":true,"timestamp":1500000000},
          "n-1.1-0.tar.bz2":{"name":"n","version":"1.1","build":"0","build_number":"3","depends":["m 1.*|2.*","python 2.7*"],"features":null,"track_features":"x y","md5":"no hash"},
          "n-1.2-0.tar.bz2":{"version":"1.2","depends":[],"track_features":["p","q"],"unknown":{"deep":[{}]},"license":null},
          "n-bad-0.tar.bz2":{"name":"n","version":"not a version!","build":"0"},
          "garbage":{"version":"1.0"},
          "n-1.7-0.tar.bz2":{"name":"n","version":"1.7","build":"../../etc/passwd"},
          "../n-1.8-0.tar.bz2":{"name":"n","version":"1.8","build":"0"},
          "n-1.3-0.zip":{"name":"n","version":"1.3","build":"0"},
          "n-1.4-0.tar.bz2":{"name":"n","version":"1.4","build":"0"}},
         "packages.conda":{"n-1.4-0.conda":{"name":"n","version":"1.4","build":"0","size":12}},
         "removed":["n-0.9-0.tar.bz2"],
         "v3":{"conda":{"n-1.5-0":{"name":"n","version":"1.5","build":"0","indexed_timestamp":1700000000000}},"whl":{"n-1.6-0":{"name":"n","version":"1.6","build":"0"}}},
         "repodata_version":1}
        """;

    [Fact]
    public async Task Records_as_dirty_as_real_ones_are_read()
    {
        using SmallChannel channel = SmallChannel.OfJson(Dirt);
        PackageJson json = (await channel.Records.FindAsync("n", TestContext.Current.CancellationToken))!;
        Dictionary<string, PackageRecord> records = json.ReadAll().ToDictionary(r => r.FileName);
        Assert.Equal(["n-1.0-0.tar.bz2", "n-1.1-0.tar.bz2", "n-1.2-0.tar.bz2", "n-1.4-0.conda", "n-1.5-0.conda"], records.Keys.Order(StringComparer.Ordinal));
        PackageRecord first = records["n-1.0-0.tar.bz2"], second = records["n-1.1-0.tar.bz2"], third = records["n-1.2-0.tar.bz2"];
        Assert.Equal((0, NoArchKind.Generic, 2017), (first.Depends.Count, first.NoArch, first.Timestamp!.Value.Year));
        Assert.Equal((3UL, "x y", null), (second.BuildNumber, string.Join(' ', second.TrackFeatures), second.Md5));
        Assert.Equal(("n", "0", 2, "linux-64"), (third.Name, third.Build, third.TrackFeatures.Count, third.Subdir));
        Assert.Equal((12L, "https://channels.example/small/linux-64/n-1.4-0.conda"), (records["n-1.4-0.conda"].Size, records["n-1.4-0.conda"].Url));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void The_index_is_the_same_in_whatever_pieces_the_file_comes(int length)
    {
        byte[] json = Encoding.UTF8.GetBytes(Dirt);
        var whole = new RepodataIndexer();
        whole.Feed(json);
        var pieces = new RepodataIndexer();
        foreach (byte[] piece in json.Chunk(length))
        {
            pieces.Feed(piece);
        }

        Assert.Equal(whole.Finish().ToFile(1), pieces.Finish().ToFile(1));
    }

    [Fact]
    public void An_empty_file_is_an_empty_channel() => Assert.Equal((0, 0), (new RepodataIndexer().Finish().NameCount, new RepodataIndexer().Finish().RecordCount));

    [Theory]
    [InlineData("{\"packages\":{\"a-1-0.conda\":{\"name\":\"a\"")]
    [InlineData("<html></html>")]
    [InlineData("[")]
    public void What_is_no_repodata_is_refused(string text) => Assert.ThrowsAny<JsonException>(() =>
    {
        var indexer = new RepodataIndexer();
        indexer.Feed(Encoding.UTF8.GetBytes(text));
        _ = indexer.Finish();
    });

    [ConformanceFact]
    public async Task Every_record_and_every_requirement_of_a_real_channel_can_be_read()
    {
        using var channels = new SolveChannels();
        List<string> wrong = [];
        foreach (string name in new[] { "derived", "conda-forge-2024-py39" })
        {
            using JsonDocument row = JsonDocument.Parse($"{{\"id\":\"x\",\"channel\":\"{name}\"}}");
            foreach (IFolderRecords folder in await channels.OpenAsync(new SolveCase(row.RootElement), TestContext.Current.CancellationToken))
            {
                foreach (string package in folder.Names())
                {
                    PackageJson json = (await folder.FindAsync(package, TestContext.Current.CancellationToken))!;
                    wrong.AddRange(json.Offered().Select(json.Read).SelectMany(r => r.Depends.Concat(r.Constrains)
                        .Where(d => !Slipway.Conda.Matching.MatchSpec.TryParse(d, Slipway.Conda.Versions.ParseMode.Lenient, out _, out _)).Select(d => $"{r}: {d}")));
                }
            }
        }

        Rows.None(wrong);
    }
}
