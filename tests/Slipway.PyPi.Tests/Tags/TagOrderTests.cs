using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Slipway.PyPi.Tags;
using Slipway.Testing;

namespace Slipway.PyPi.Tests.Tags;

public sealed class TagOrderTests
{
    [ConformanceFact]
    public void Tags_of_every_environment_are_those_of_packaging_in_its_order() => Rows.None(
        from row in Conformance.Rows("python/tags/order.jsonl")
        let tags = TagWorld.TagsOf(row)
        let digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(tags.All().Select(t => t + "\n")))))
        where tags.Count != row.GetProperty("count").GetInt32() || tags.All().Count() != tags.Count || digest != row.Text("sha256_native_last") // the bare linux_* last, as uv and pip do
        select row.Text("id"));

    [ConformanceFact]
    public void Platforms_of_every_machine_are_those_of_packaging_in_its_order() => Rows.None(
        from row in Conformance.Rows("python/tags/platforms.jsonl")
        let platforms = PlatformTags.Of(TagWorld.LibCOf(row), row.Text("machine"))
        where !platforms.SequenceEqual(row.GetProperty("platforms").EnumerateArray().Select(p => p.GetString()!))
        select $"{row.Text("id")}: {string.Join(' ', platforms)}");

    [ConformanceFact]
    public void The_rank_of_a_tag_is_its_place_in_the_list() => Rows.None(
        from row in Conformance.Rows("python/tags/order.jsonl")
        let tags = TagWorld.TagsOf(row)
        from tag in tags.All().Index()
        let parts = tag.Item.Split('-')
        where tags.RankOf(parts[0], parts[1], parts[2]) != tag.Index
        select $"{row.Text("id")}: {tag.Item} at {tag.Index}");

    [Theory]
    [InlineData("py2.py3", "none", "any")]
    [InlineData("cp37.cp38.cp39.cp310.cp311", "none.abi3.cp311", "macosx_10_9_x86_64.manylinux2014_x86_64")]
    public void Of_several_tags_the_best_counts(string pythons, string abis, string platforms)
    {
        var tags = new WheelTags(11, false, new LibC(LibCKind.Glibc, 2, 36), "x86_64");
        List<string> all = [.. tags.All()];
        int best = (from python in pythons.Split('.') from abi in abis.Split('.') from platform in platforms.Split('.') select all.IndexOf($"{python}-{abi}-{platform}")).Where(i => i >= 0).Min();

        Assert.Equal(best, tags.RankOf(pythons, abis, platforms));
    }

    [Fact]
    public void A_wheel_for_another_C_library_has_no_rank()
    {
        var glibc = new WheelTags(11, false, new LibC(LibCKind.Glibc, 2, 36), "x86_64");
        var musl = new WheelTags(11, false, new LibC(LibCKind.Musl, 1, 2), "x86_64");

        Assert.Null(glibc.RankOf("cp311", "cp311", "musllinux_1_1_x86_64"));
        Assert.Null(musl.RankOf("cp311", "cp311", "manylinux2014_x86_64"));
        Assert.Null(glibc.RankOf("cp311", "cp311", "manylinux_2_37_x86_64"));
        Assert.Null(glibc.RankOf("cp311", "cp311t", "manylinux_2_17_x86_64"));
        Assert.Null(glibc.RankOf("cp312", "abi3", "manylinux_2_17_x86_64"));
    }

    [Fact]
    public void A_tag_longer_than_any_that_is_known_is_not_known() =>
        Assert.Null(new WheelTags(11, false, new LibC(LibCKind.Glibc, 2, 36), "x86_64").RankOf(new string('c', 40), new string('a', 40), "any"));

    [Theory]
    [InlineData("glibc2.36", "glibc 2.36")]
    [InlineData("musl 1.2", "musl 1.2")]
    [InlineData("musl-1.2.4", "musl 1.2")]
    public void C_libraries_are_read_as_people_write_them(string text, string normal) => Assert.Equal(normal, LibC.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("2.36")]
    [InlineData("glibc")]
    [InlineData("glibc2")]
    [InlineData("bionic 1.0")]
    public void What_is_no_C_library_is_refused(string text) => Assert.Throws<FormatException>(() => LibC.Parse(text));
}

internal static class TagWorld
{
    public static LibC LibCOf(JsonElement row)
    {
        JsonElement version = row.GetProperty("libc_version");
        return new LibC(row.Text("libc") == "musl" ? LibCKind.Musl : LibCKind.Glibc, version[0].GetInt32(), version[1].GetInt32());
    }

    public static WheelTags TagsOf(JsonElement row) => new(row.GetProperty("python")[1].GetInt32(), row.Text("abi").EndsWith('t'), LibCOf(row), row.Text("machine"));

    /// <summary>The environments that the files of cases name.</summary>
    public static Dictionary<string, WheelTags> Environments()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Conformance.PathOf("python/tags/environments.json")!));
        return document.RootElement.EnumerateObject().ToDictionary(e => e.Name, e => TagsOf(e.Value));
    }
}
