using System.Text;
using Slipway.Foundation.Hashing;
using Slipway.Images.Model;

namespace Slipway.Images.Tests.Model;

public sealed class ImageJsonTests
{
    private static readonly Digest Some = Digest.Of("");

    [Fact]
    public void A_manifest_is_written_canonically()
    {
        var manifest = new OciManifest
        {
            Config = new Descriptor(MediaTypes.OciConfig, Some, 2),
            Annotations = new Dictionary<string, string> { ["b"] = "2", ["a"] = "<&ä>" },
        };
        Assert.Equal(
            $$$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{{Some}}}","size":2},"layers":[],"annotations":{"a":"<&ä>","b":"2"}}""",
            Encoding.UTF8.GetString(ImageJson.Write(manifest)));
    }

    [Fact]
    public void A_config_is_written_canonically_and_read_back()
    {
        var config = new ImageConfig
        {
            Created = DateTimeOffset.UnixEpoch.AddSeconds(315619200),
            Os = "linux",
            Architecture = "amd64",
            Config = new ContainerConfig
            {
                Env = ["PATH=/bin"],
                ExposedPorts = ["80/tcp", "443/tcp", "80/tcp"],
                Healthcheck = new Healthcheck { Test = ["NONE"], Interval = TimeSpan.FromSeconds(5) },
            },
            RootFs = new RootFileSystem { DiffIds = [Some] },
            History = [new HistoryEntry { CreatedBy = "RUN x", EmptyLayer = true }, new HistoryEntry { CreatedBy = "RUN y" }],
        };
        string json = Encoding.UTF8.GetString(ImageJson.Write(config));
        Assert.Equal(
            """{"created":"1980-01-02T00:00:00Z","architecture":"amd64","os":"linux","config":{"ExposedPorts":{"443/tcp":{},"80/tcp":{}},"Env":["PATH=/bin"],"Healthcheck":{"Test":["NONE"],"Interval":5000000000}},"""
            + $$"""  "rootfs":{"type":"layers","diff_ids":["{{Some}}"]},"history":[{"created_by":"RUN x","empty_layer":true},{"created_by":"RUN y"}]}""".Trim(),
            json);
        Assert.Equal(json, Encoding.UTF8.GetString(ImageJson.Write(ImageJson.ReadConfig(Encoding.UTF8.GetBytes(json)))));
    }

    [Fact]
    public void Nulls_and_unknown_fields_of_others_are_forgiven()
    {
        ImageConfig config = ImageJson.ReadConfig("""
            {"container":"x","created":"not a time","config":{"Cmd":null,"Labels":null,"ExposedPorts":null,"Volumes":{"/data":{"x":[1]}},"Memory":0,"Env":null,"Healthcheck":null},
             "rootfs":{"type":"layers","diff_ids":null},"history":null,"os":null}
            """u8);
        Assert.Empty(config.Config.Cmd);
        Assert.Empty(config.Config.Labels);
        Assert.Equal(["/data"], config.Config.Volumes);
        Assert.Empty(config.DiffIds);
        Assert.Empty(config.History);
        Assert.Null(config.Created);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"config":{"digest":"nonsense"}}""")]
    [InlineData("""{"schemaVersion":2}""")]
    public void What_is_no_manifest_is_refused(string json) => Assert.Throws<InvalidDataException>(() => ImageJson.ReadManifest(Encoding.UTF8.GetBytes(json)));
}
