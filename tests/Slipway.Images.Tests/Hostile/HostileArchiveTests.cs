using System.Text;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;

namespace Slipway.Images.Tests.Hostile;

public sealed class HostileArchiveTests : IDisposable
{
    private readonly TemporaryStore _store = new();
    private readonly MemoryStream _tar = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _store.Dispose();
        _tar.Dispose();
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("a/../../evil")]
    [InlineData("a/..")]
    public async Task A_name_with_two_dots_is_refused(string name)
    {
        Member(name, '0', content: "x");
        Assert.Contains("'..'", (await RefusedAsync(new UnpackOptions())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_absolute_name_is_refused_in_an_archive_and_taken_from_the_root_in_a_layer()
    {
        Member("/evil", '0', content: "x");
        Assert.Contains("absolute", (await RefusedAsync(new UnpackOptions { RefuseAbsolutePaths = true })).Message, StringComparison.Ordinal);
        string tree = await UnpackAsync(new UnpackOptions());
        Assert.True(File.Exists(Path.Combine(tree, "evil")));
    }

    [Fact]
    public async Task Writing_through_a_link_that_points_out_is_refused_in_an_archive()
    {
        Member("out", '2', link: "/tmp");
        Member("out/evil", '0', content: "x");
        Assert.Contains("through the symbolic link 'out'", (await RefusedAsync(new UnpackOptions { RefuseAbsolutePaths = true })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("../../../../etc")]
    public async Task Writing_through_a_link_stays_inside_the_layer(string target)
    {
        Member("out", '2', link: target);
        Member("out/slipway-evil", '0', content: "x");
        string tree = await UnpackAsync(new UnpackOptions());
        Assert.True(File.Exists(Path.Combine(tree, "etc/slipway-evil")));
        Assert.False(File.Exists("/etc/slipway-evil"));
    }

    [Fact]
    public async Task A_file_over_a_link_replaces_the_link_and_not_its_target()
    {
        string victim = _store.PathOf("victim");
        await File.WriteAllTextAsync(victim, "intact", Token);
        Member("f", '2', link: victim);
        Member("f", '0', content: "new");
        string tree = await UnpackAsync(new UnpackOptions());
        Assert.Equal("intact", await File.ReadAllTextAsync(victim, Token));
        Assert.Equal("new", await File.ReadAllTextAsync(Path.Combine(tree, "f"), Token));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("nothing")]
    [InlineData("dir")]
    public async Task A_hard_link_to_what_is_not_a_file_of_the_archive_is_refused(string target)
    {
        Member("dir", '5');
        Member("hard", '1', link: target);
        Assert.Contains("hard link", (await RefusedAsync(new UnpackOptions())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_that_lead_in_a_circle_are_refused()
    {
        Member("a", '2', link: "b");
        Member("b", '2', link: "a");
        Member("a/x", '0', content: "x");
        await RefusedAsync(new UnpackOptions());
    }

    [Fact]
    public async Task A_whiteout_of_nothing_or_of_the_parent_is_refused()
    {
        Member("d/.wh...", '0');
        await RefusedAsync(new UnpackOptions());
    }

    [Fact]
    public async Task An_archive_cannot_speak_to_overlayfs()
    {
        Command.RequireRoot();
        string text = "SCHILY.xattr.trusted.overlay.redirect=/etc\n";
        Member("PaxHeader", 'x', content: $"{text.Length + 3} {text}");
        Member("d", '5');
        string tree = await UnpackAsync(new UnpackOptions());
        using var root = Foundation.Linux.DirectoryHandle.Open(tree);
        Assert.Empty(Foundation.Linux.ExtendedAttributes.List(root, "d"));
    }

    [Fact]
    public async Task A_truncated_archive_is_noticed()
    {
        Member("file", '0', content: new string('x', 2000));
        _tar.SetLength(1500);
        var e = await Assert.ThrowsAsync<InvalidDataException>(() => UnpackRawAsync(new UnpackOptions()));
        Assert.Contains("truncated", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Something_that_is_no_tar_is_noticed()
    {
        _tar.Write(new byte[512].Select(_ => (byte)'7').ToArray());
        await Assert.ThrowsAsync<InvalidDataException>(() => UnpackRawAsync(new UnpackOptions()));
    }

    [Fact]
    public async Task A_wrong_digest_is_noticed()
    {
        Member("file", '0', content: "x");
        var e = await Assert.ThrowsAsync<InvalidDataException>(() => UnpackRawAsync(new UnpackOptions { Expected = Foundation.Hashing.Digest.Of("other") }));
        Assert.Contains("corrupt", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_huge_extended_header_is_refused_before_it_is_read()
    {
        Member("PaxHeader", 'x', size: 1L << 32);
        await Assert.ThrowsAsync<InvalidDataException>(() => UnpackRawAsync(new UnpackOptions()));
    }

    [Fact]
    public async Task The_last_of_two_members_of_one_name_wins_and_other_names_of_the_first_live_on()
    {
        Member("f", '0', content: "first");
        Member("g", '1', link: "f");
        Member("f", '0', content: "second!");
        string tree = await UnpackAsync(new UnpackOptions());
        Assert.Equal("second!", await File.ReadAllTextAsync(Path.Combine(tree, "f"), Token));
        Assert.Equal("first", await File.ReadAllTextAsync(Path.Combine(tree, "g"), Token));
    }

    private async Task<DiagnosticException> RefusedAsync(UnpackOptions options)
    {
        var e = await Assert.ThrowsAsync<DiagnosticException>(() => UnpackRawAsync(options));
        Assert.Equal("hostile-archive", e.Diagnostics[0].Code);
        return e;
    }

    private async Task<string> UnpackAsync(UnpackOptions options)
    {
        _tar.Position = _tar.Length;
        _tar.Write(new byte[1024]);
        return await UnpackRawAsync(options);
    }

    private async Task<string> UnpackRawAsync(UnpackOptions options)
    {
        string tree = Directory.CreateDirectory(_store.PathOf(Guid.NewGuid().ToString("N"))).FullName;
        await TreeUnpacker.UnpackAsync(new MemoryStream(_tar.ToArray()), tree, options, Token);
        return tree;
    }

    // A header as a hostile hand would write it.
    private void Member(string name, char type, string link = "", string content = "", long? size = null)
    {
        byte[] header = new byte[512];
        Encoding.UTF8.GetBytes(name, header);
        Put(100, "0000755\0");
        Put(108, "0000000\0");
        Put(116, "0000000\0");
        Put(124, Convert.ToString(size ?? content.Length, 8).PadLeft(11, '0') + "\0");
        Put(136, "00000000000\0");
        header[156] = (byte)type;
        Put(157, link);
        Put(257, "ustar\u000000");
        Put(148, Convert.ToString(TarFormat.Sum(header), 8).PadLeft(6, '0') + "\0 ");
        _tar.Write(header);
        _tar.Write(Encoding.ASCII.GetBytes(content));
        _tar.Write(new byte[TarFormat.Padding(content.Length)]);

        void Put(int offset, string text) => Encoding.Latin1.GetBytes(text).CopyTo(header, offset);
    }
}
