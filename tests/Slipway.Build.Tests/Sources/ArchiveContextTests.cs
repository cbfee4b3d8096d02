using System.Text;
using Slipway.Build.Sources;
using Slipway.Build.Tests.Operations;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Testing;

namespace Slipway.Build.Tests.Sources;

/// <summary>Contexts that are archives, from the web or a stream.</summary>
public sealed class ArchiveContextTests : IDisposable
{
    private readonly Store _store = new();
    private readonly FileServer _server;

    public ArchiveContextTests()
    {
        Directory.CreateDirectory(_store["served"]);
        _server = new FileServer(_store["served"]);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _server.Dispose();
        _store.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("-z")]
    [InlineData("-j")]
    [InlineData("-J")]
    [InlineData("--zstd")]
    [InlineData("--format=v7")]
    public async Task A_stream_that_is_a_tar_is_a_context(string flag)
    {
        OpenedContext context = await OpenAsync(File.OpenRead(await ArchiveAsync("a.tar", flag)));
        Assert.Equal(["Dockerfile", "file"], (await context.ToContext(null).ListAsync("", Token)).Select(node => node.Path));
        Assert.Null(context.Recipe);
    }

    [Fact]
    public async Task A_stream_that_is_no_tar_is_a_recipe()
    {
        OpenedContext context = await OpenAsync(new MemoryStream("FROM scratch\n"u8.ToArray()));
        Assert.Equal(("FROM scratch\n", null), (context.Recipe, context.Tree));
    }

    [Theory]
    [InlineData("../../outside")]
    [InlineData("/outside")]
    public async Task An_archive_that_leaves_its_root_is_refused(string name)
    {
        await Tool.RunAsync("bash", ["-c", $"cd {_store["served"]}; echo x >x; tar -P --transform 's,^x$,{name},' -cf evil.tar x"], Token);
        await Assert.ThrowsAsync<DiagnosticException>(() => OpenAsync(File.OpenRead(_store["served/evil.tar"])));
        Assert.False(File.Exists("/outside"));
    }

    [Fact]
    public async Task An_archive_larger_than_the_limit_is_refused()
    {
        string archive = await ArchiveAsync("a.tar", "-z");
        using RemoteSources sources = Sources(new SourceOptions { LargestSource = 1000 });
        DiagnosticException error = await Assert.ThrowsAsync<DiagnosticException>(
            () => new ContextOpener(_store.Images, sources).OpenStreamAsync(File.OpenRead(archive), "standard input", Token));
        Assert.Equal("too-large", error.Diagnostics[0].Code);
    }

    [Fact]
    public async Task An_archive_cut_short_is_refused()
    {
        byte[] whole = await File.ReadAllBytesAsync(await ArchiveAsync("a.tar", "-z"), Token);
        DiagnosticException error = await Assert.ThrowsAsync<DiagnosticException>(() => OpenAsync(new MemoryStream(whole[..(whole.Length / 2)])));
        Assert.Equal("broken-archive", error.Diagnostics[0].Code);
    }

    [Fact]
    public async Task An_archive_of_the_web_is_sent_once()
    {
        await ArchiveAsync("context.tar.gz", "-z");
        var first = await OpenAsync("/context.tar.gz");
        var second = await OpenAsync("/context.tar.gz");
        Assert.Equal(["200 /context.tar.gz", "304 /context.tar.gz"], _server.Answers);
        Assert.Equal(first.Tree!.Snapshot.DiffIds, second.Tree!.Snapshot.DiffIds);
    }

    [Fact]
    public async Task A_text_of_the_web_is_a_recipe()
    {
        await File.WriteAllTextAsync(_store["served/recipe"], "FROM scratch\nCOPY recipe /\n", Token);
        OpenedContext context = await OpenAsync("/recipe");
        Assert.Equal("FROM scratch\nCOPY recipe /\n", context.Recipe);
        Assert.NotNull(await context.ToContext(null).FindAsync("recipe", Token));
    }

    [Fact]
    public async Task What_the_web_does_not_have_is_an_error()
    {
        DiagnosticException error = await Assert.ThrowsAsync<DiagnosticException>(() => OpenAsync("/nothing.tar"));
        Assert.Contains("404", error.Diagnostics[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offline_a_download_is_what_it_was()
    {
        await File.WriteAllTextAsync(_store["served/recipe"], "FROM scratch\n", Token);
        await OpenAsync("/recipe");
        using RemoteSources offline = Sources(new SourceOptions { Offline = true });
        Assert.Equal("FROM scratch\n", (await new ContextOpener(_store.Images, offline).OpenHttpAsync(new Uri(_server.Address + "/recipe"), Token)).Recipe);
        DiagnosticException error = await Assert.ThrowsAsync<DiagnosticException>(
            () => new ContextOpener(_store.Images, offline).OpenHttpAsync(new Uri(_server.Address + "/other"), Token));
        Assert.Equal("offline", error.Diagnostics[0].Code);
        Assert.Single(_server.Answers);
    }

    private Task<OpenedContext> OpenAsync(string path)
    {
        RemoteSources sources = Sources(new SourceOptions());
        return new ContextOpener(_store.Images, sources).OpenHttpAsync(new Uri(_server.Address + path), Token);
    }

    private async Task<OpenedContext> OpenAsync(Stream stream)
    {
        using RemoteSources sources = Sources(new SourceOptions());
        return await new ContextOpener(_store.Images, sources).OpenStreamAsync(stream, "standard input", Token);
    }

    private RemoteSources Sources(SourceOptions options) =>
        new(_store.Images, new HttpPolicyOptions { BaseDelay = TimeSpan.Zero, Offline = options.Offline }, GitCredentials.None, options, TimeProvider.System);

    private async Task<string> ArchiveAsync(string name, string flag)
    {
        string folder = Directory.CreateDirectory(_store["files"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "Dockerfile"), "FROM scratch\nCOPY file /\n", Token);
        await File.WriteAllBytesAsync(Path.Combine(folder, "file"), Encoding.ASCII.GetBytes(new string('x', 5000)), Token);
        string[] flags = flag.Length > 0 ? [flag] : [];
        await Tool.RunAsync("tar", [.. flags, "-cf", _store["served/" + name], "-C", folder, "."], Token);
        return _store["served/" + name];
    }
}
