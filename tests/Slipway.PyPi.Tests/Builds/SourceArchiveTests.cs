using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Slipway.Foundation.Text;
using Slipway.PyPi.Builds;
using Slipway.PyPi.Tests.Wheels;
using Slipway.Testing;

namespace Slipway.PyPi.Tests.Builds;

public sealed class SourceArchiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_compressed_tar_becomes_a_folder_with_plain_modes()
    {
        string project = Extract(await TarAsync(
            new PaxTarEntry(TarEntryType.Directory, "tool-1.0/") { Mode = (UnixFileMode)0x1FF },
            File("tool-1.0/setup.py", "x", (UnixFileMode)0x9FF), // set-user-id, and all bits
            File("tool-1.0/a/b.py", "y", UnixFileMode.UserRead),
            new PaxTarEntry(TarEntryType.SymbolicLink, "tool-1.0/link") { LinkName = "a/b.py" },
            new PaxTarEntry(TarEntryType.HardLink, "tool-1.0/hard") { LinkName = "tool-1.0/a/b.py" }));
        Assert.Equal("tool-1.0", Path.GetFileName(project));
        Assert.Equal("y", await System.IO.File.ReadAllTextAsync(Path.Combine(project, "link"), Token));
        Assert.Equal("y", await System.IO.File.ReadAllTextAsync(Path.Combine(project, "hard"), Token));
        Assert.True(System.IO.File.GetUnixFileMode(Path.Combine(project, "setup.py")).HasFlag(UnixFileMode.UserExecute));
        Assert.False(System.IO.File.GetUnixFileMode(Path.Combine(project, "setup.py")).HasFlag(UnixFileMode.SetUser));
        Assert.True(System.IO.File.GetUnixFileMode(Path.Combine(project, "a/b.py")).HasFlag(UnixFileMode.UserWrite));
    }

    [Fact]
    public void A_zip_file_becomes_a_folder()
    {
        System.IO.File.WriteAllBytes(_folder["tool-1.0.zip"], new ZipWriter().Add("tool-1.0/", "", 0x41ED, deflate: false).Add("tool-1.0/setup.py", "x").ToBytes());
        Assert.Equal("x", System.IO.File.ReadAllText(Path.Combine(Extract(_folder["tool-1.0.zip"]), "setup.py")));
    }

    [Theory]
    [InlineData("up", "hostile-source")]
    [InlineData("absolute", "hostile-source")]
    [InlineData("device", "hostile-source")]
    [InlineData("link out", "hostile-source")]
    [InlineData("link to root", "hostile-source")]
    [InlineData("through a link", "hostile-source")]
    [InlineData("hard link out", "hostile-source")]
    [InlineData("twice", "hostile-source")]
    [InlineData("two folders", "damaged-source")]
    [InlineData("no folder", "damaged-source")]
    public async Task What_leads_out_of_the_folder_is_refused(string trick, string code)
    {
        TarEntry evil = trick switch
        {
            "up" => File("tool-1.0/../../evil", "x"),
            "absolute" => File("/tmp/evil", "x"),
            "device" => new PaxTarEntry(TarEntryType.Fifo, "tool-1.0/pipe"),
            "link out" => new PaxTarEntry(TarEntryType.SymbolicLink, "tool-1.0/a/l") { LinkName = "../../../etc/passwd" },
            "link to root" => new PaxTarEntry(TarEntryType.SymbolicLink, "tool-1.0/l") { LinkName = "/etc/passwd" },
            "through a link" => File("tool-1.0/inner/x", "x"),
            "hard link out" => new PaxTarEntry(TarEntryType.HardLink, "tool-1.0/l") { LinkName = "/etc/passwd" },
            "twice" => File("tool-1.0/setup.py", "y"),
            "two folders" => File("other/setup.py", "y"),
            _ => File("setup.py", "y"),
        };
        string path = await TarAsync(File("tool-1.0/setup.py", "x"), new PaxTarEntry(TarEntryType.SymbolicLink, "tool-1.0/inner") { LinkName = "a" }, File("tool-1.0/a/x", "x"), evil);
        Assert.Equal(code, Assert.Throws<DiagnosticException>(() => Extract(path)).Diagnostics[0].Code);
        Assert.False(System.IO.File.Exists(_folder["evil"]));
    }

    [Fact]
    public async Task What_is_no_archive_is_refused()
    {
        await System.IO.File.WriteAllTextAsync(_folder["tool-1.0.tar.gz"], "no archive at all, but a page that says so", Token);
        Assert.Equal("damaged-source", Assert.Throws<DiagnosticException>(() => Extract(_folder["tool-1.0.tar.gz"])).Diagnostics[0].Code);
    }

    [Fact]
    public void The_digest_of_a_folder_is_of_what_counts_for_a_build()
    {
        string folder = Directory.CreateDirectory(_folder["project"]).FullName;
        System.IO.File.WriteAllText(Path.Combine(folder, "a.py"), "1");
        string first = SourceTree.DigestOf(folder, Token).Hex;
        Directory.CreateDirectory(Path.Combine(folder, "__pycache__"));
        System.IO.File.WriteAllText(Path.Combine(folder, "__pycache__/a.pyc"), "x");
        System.IO.File.SetLastWriteTimeUtc(Path.Combine(folder, "a.py"), DateTime.UnixEpoch);
        Assert.Equal(first, SourceTree.DigestOf(folder, Token).Hex);
        System.IO.File.WriteAllText(Path.Combine(folder, "a.py"), "2");
        string second = SourceTree.DigestOf(folder, Token).Hex;
        Assert.NotEqual(first, second);
        System.IO.File.SetUnixFileMode(Path.Combine(folder, "a.py"), (UnixFileMode)0x1ED);
        Assert.NotEqual(second, SourceTree.DigestOf(folder, Token).Hex);
    }

    private string Extract(string path) => SourceArchive.Extract(Path.GetFileName(path), path, Directory.CreateDirectory(_folder["out"]).FullName, Token);

    private static PaxTarEntry File(string name, string text, UnixFileMode mode = (UnixFileMode)0x1A4) => new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)), Mode = mode };

    private async Task<string> TarAsync(params TarEntry[] entries)
    {
        string path = _folder["tool-1.0.tar.gz"];
        await using FileStream file = System.IO.File.Create(path);
        await using var gzip = new GZipStream(file, CompressionLevel.Fastest);
        await using var tar = new TarWriter(gzip, TarEntryFormat.Pax);
        foreach (TarEntry entry in entries)
        {
            await tar.WriteEntryAsync(entry, Token);
        }

        return path;
    }
}
