using Slipway.Packages.Entries;
using Slipway.Conda.Packages;
using Slipway.Foundation.Text;
using Slipway.Testing;

namespace Slipway.Conda.Tests.Packages;

/// <summary>Archives that want out of their prefix, or lie: refused with the package's name, and nothing is written anywhere.</summary>
public sealed class HostilePackageTests : IDisposable
{
    private readonly TestWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("/etc/passwd", '0', "")]
    [InlineData("../evil", '0', "")]
    [InlineData("a/../../evil", '0', "")]
    [InlineData("a//b", '0', "")]
    [InlineData("dev/null", '3', "")]
    [InlineData("dev/sda", '4', "")]
    [InlineData("pipe", '6', "")]
    [InlineData("hard", '1', "/etc/passwd")]
    [InlineData("hard", '1', "../x")]
    [InlineData("hard", '1', "not there")]
    [InlineData("link", '2', "")]
    [InlineData("info/index.json", '0', "")]
    public async Task A_member_that_no_package_may_have_is_refused(string name, char type, string link)
    {
        var builder = new PackageBuilder("bad").File("good", "x").Raw(name, type, link, type == '0' ? "x"u8.ToArray() : null);
        Assert.Equal("hostile-package", await CodeAsync(await builder.CondaAsync(_world.Packages)));
    }

    [Fact]
    public async Task A_name_that_comes_twice_is_refused() =>
        Assert.Equal("hostile-package", await CodeAsync(await new PackageBuilder("bad").File("x", "1").Raw("./x", '0', content: "2"u8.ToArray()).TarBz2Async(_world.Packages)));

    [Fact]
    public async Task Metadata_that_come_twice_are_refused() =>
        Assert.Equal("hostile-package", await CodeAsync(await new PackageBuilder("bad").Raw("info/paths.json", '0', content: "{}"u8.ToArray()).TarBz2Async(_world.Packages)));

    [Theory]
    [InlineData("paths.json", """{"paths":[{"_path":"not/there"}]}""")]
    [InlineData("paths.json", """{"paths":[{"_path":"x","size_in_bytes":7}]}""")]
    [InlineData("paths.json", """{"paths":[{"_path":"x"},{"_path":"x"}]}""")]
    [InlineData("paths.json", """{"paths":[{"_path":"x","path_type":"socket"}]}""")]
    [InlineData("paths.json", """{"paths":[{"_path":"x","prefix_placeholder":"/p","file_mode":"both"}]}""")]
    [InlineData("paths.json", """{"paths":[{"_path":"x","path_type":"directory"}]}""")]
    [InlineData("paths.json", """{"paths":[{}]}""")]
    [InlineData("paths.json", """{"paths":[{"_path":"\ud800"}]}""")]
    [InlineData("paths.json", "[]")]
    [InlineData("paths.json", "{")]
    [InlineData("index.json", null)]
    [InlineData("index.json", """{"name":"bad"}""")]
    [InlineData("index.json", """{"name":5}""")]
    public async Task Metadata_that_make_no_sense_are_refused(string file, string? content)
    {
        PackageBuilder builder = new PackageBuilder("bad").File("x", "1");
        builder.Info[file] = content;
        Assert.Equal("damaged-package", await CodeAsync(await builder.CondaAsync(_world.Packages)));
    }

    [Fact]
    public async Task A_path_in_the_metadata_that_leads_out_is_refused()
    {
        PackageBuilder builder = new PackageBuilder("bad").File("x", "1");
        builder.Info["paths.json"] = """{"paths":[{"_path":"../x","path_type":"directory"}]}""";
        Assert.Equal("hostile-package", await CodeAsync(await builder.CondaAsync(_world.Packages)));
    }

    [Theory]
    [InlineData("", "it is cut off")]
    [InlineData("PK", "it is cut off")]
    [InlineData("no zip file at all, but long enough to hold what one must have", "no ZIP file")]
    public async Task What_is_no_archive_is_refused(string bytes, string why)
    {
        string path = _world["x-1-0.conda"];
        await File.WriteAllTextAsync(path, bytes, TestWorld.Token);
        var refused = await Assert.ThrowsAsync<DiagnosticException>(() => _world.UnpackAsync(path));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_whose_directory_tells_another_story_is_refused()
    {
        string path = await new PackageBuilder("bad").File("x", "1").CondaAsync(_world.Packages);
        byte[] zip = await File.ReadAllBytesAsync(path, TestWorld.Token);
        int entry = zip.AsSpan().LastIndexOf("info-bad"u8);
        "info-bed"u8.CopyTo(zip.AsSpan(entry));
        await File.WriteAllBytesAsync(path, zip, TestWorld.Token);
        Assert.Equal("hostile-package", await CodeAsync(path));
    }

    [Theory]
    [InlineData("""{"conda_pkg_format_version": 3}""")]
    [InlineData("""{"conda_pkg_format_version": "x"}""")]
    [InlineData("[")]
    public async Task An_unknown_version_of_the_format_is_refused(string metadata) =>
        Assert.Equal("damaged-package", await CodeAsync(await new PackageBuilder("new").CondaAsync(_world.Packages, metadata: metadata)));

    [Fact]
    public async Task A_file_that_is_mostly_holes_is_refused_before_they_are_written()
    {
        if (Tool.Find("tar") is null || Tool.Find("bzip2") is null)
        {
            Assert.Skip("tar or bzip2 is not installed");
        }

        string folder = Directory.CreateDirectory(_world["holes"]).FullName;
        await using (FileStream file = File.Create(Path.Combine(folder, "holes")))
        {
            file.SetLength(5L << 40);
        }

        await Tool.RunAsync("tar", ["--sparse", "-cjf", _world["x-1-0.tar.bz2"], "-C", folder, "holes"], TestWorld.Token);
        Assert.Equal("decompression-bomb", await CodeAsync(_world["x-1-0.tar.bz2"]));
    }

    [Fact]
    public async Task Two_archives_of_one_kind_are_refused()
    {
        byte[] info = await PackageBuilder.ZstdAsync(PackageBuilder.Tar([]));
        await File.WriteAllBytesAsync(_world["x-1-0.conda"], PackageBuilder.Zip([("info-a.tar.zst", info), ("info-b.tar.zst", info)]), TestWorld.Token);
        Assert.Equal("hostile-package", await CodeAsync(_world["x-1-0.conda"]));
    }

    [Fact]
    public async Task An_entry_point_that_would_be_code_of_its_own_is_refused()
    {
        foreach (string text in (string[])["x = m:f(); import os #", "../x = m:f", "x = m", "x = m:f\nimport os", ". = m:f"])
        {
            PackageBuilder[] packages = [new PackageBuilder("python", "3.11"), new PackageBuilder("bad") { Noarch = "python", EntryPoints = [text] }];
            var refused = await Assert.ThrowsAsync<DiagnosticException>(() => _world.PlanAsync(_world.At("/e"), packages));
            Assert.Equal("damaged-package", refused.Diagnostics[0].Code);
        }
    }

    [Theory]
    [InlineData(".conda")]
    [InlineData(".tar.bz2")]
    public async Task A_damaged_archive_is_linked_or_refused_and_nothing_outside_is_touched(string ending)
    {
        PackageBuilder Make(string name) => new PackageBuilder(name).File("bin/a", "#!/opt/placeholder/bin/sh\nx", 0x1ED, "/opt/placeholder").File("lib/b", "y/opt/placeholder\0z", 0x1ED, "/opt/placeholder", "binary")
            .Link("lib/c", "../bin/a").HardLink("lib/d", "lib/b").Directory("var/empty");
        string first = ending == ".conda" ? await Make("one").CondaAsync(_world.Packages) : await Make("one").TarBz2Async(_world.Packages);
        string second = ending == ".conda" ? await Make("two").CondaAsync(_world.Packages, zip64: true) : await Make("two").TarBz2Async(_world.Packages);
        byte[] valid = await File.ReadAllBytesAsync(first, TestWorld.Token), other = await File.ReadAllBytesAsync(second, TestWorld.Token);
        await DamageAsync(Mutations.Seeds(1500), seed => new Mutations(seed).Damage(valid, other), "one-1.0-0" + ending, Make("one"));
    }

    [Fact]
    public async Task A_damaged_tar_inside_a_sound_archive_is_linked_or_refused()
    {
        // Damage below the compression, which would notice it otherwise.
        (string, char, string, byte[], int)[] info =
        [
            ("info/index.json", '0', "", """{"name":"one","version":"1.0","build":"0"}"""u8.ToArray(), 0x1A4),
            ("info/paths.json", '0', "", """{"paths":[{"_path":"a/b","file_mode":"text","prefix_placeholder":"/opt/p"},{"_path":"c","path_type":"softlink"},{"_path":"d"}]}"""u8.ToArray(), 0x1A4),
        ];
        (string, char, string, byte[], int)[] files = [("a/b", '0', "", "x/opt/p"u8.ToArray(), 0x1A4), ("c", '2', "a/b", [], 0x1A4), ("d", '1', "a/b", [], 0x1A4)];
        byte[] infoTar = PackageBuilder.Tar(info), filesTar = PackageBuilder.Tar(files);
        await DamageAsync(Mutations.Seeds(1500), seed =>
        {
            var mutations = new Mutations(seed);
            byte[] one = mutations.Damage(infoTar, filesTar), two = mutations.Damage(filesTar, infoTar);
            bool both = seed % 3 == 0;
            return PackageBuilder.Zip([("info-x.tar.zst", Stored(both || seed % 3 == 1 ? one : infoTar)), ("pkg-x.tar.zst", Stored(both || seed % 3 == 2 ? two : filesTar))]);
        }, "one-1.0-0.conda", new PackageBuilder("one"));
    }

    private async Task DamageAsync(IEnumerable<int> seeds, Func<int, byte[]> damage, string fileName, PackageBuilder builder)
    {
        string outside = Directory.CreateDirectory(_world["outside"]).FullName, path = _world[fileName];
        int refused = 0;
        foreach (int seed in seeds)
        {
            await File.WriteAllBytesAsync(path, damage(seed), TestWorld.Token);
            try
            {
                using UnpackedPackage package = await PackageArchive.UnpackAsync(path, _world["spool"], TestWorld.Token);
                var plan = await Conda.Linking.LinkPlanner.PlanAsync(_world.At("outside/env"), [new(builder.Record() with { FileName = fileName }, package)], 1, TestWorld.Token);
                await Conda.Linking.DirectoryLinker.LinkAsync(plan, FileSharing.Any, 1, TestWorld.Token);
                Foundation.Linux.DirectoryHandle.RemoveTreeAt(_world["outside/env"]);
            }
            catch (DiagnosticException)
            {
                refused++;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.GetType().Name}: {e.Message}", e);
            }

            Assert.False(File.Exists(_world["spool"]), $"seed {seed} left its file");
        }

        Assert.InRange(refused, 1, int.MaxValue);
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
    }

    // A zstd frame with raw blocks (RFC 8878, 3.1.1), so that damage inside is not noticed by the compression.
    private static byte[] Stored(byte[] bytes)
    {
        using var frame = new MemoryStream();
        frame.Write([0x28, 0xB5, 0x2F, 0xFD, 0x80, 0x58, .. BitConverter.GetBytes(bytes.Length)]);
        for (int at = 0; at == 0 || at < bytes.Length;)
        {
            int length = Math.Min(bytes.Length - at, 100_000), header = (length << 3) | (at + length == bytes.Length ? 1 : 0);
            frame.Write([(byte)header, (byte)(header >> 8), (byte)(header >> 16)]);
            frame.Write(bytes, at, length);
            at += Math.Max(1, length);
        }

        return frame.ToArray();
    }

    private async Task<string> CodeAsync(string path)
    {
        var refused = await Assert.ThrowsAsync<DiagnosticException>(() => _world.UnpackAsync(path));
        Assert.Contains(Path.GetFileName(path), refused.Message, StringComparison.Ordinal);
        return refused.Diagnostics[0].Code;
    }
}
