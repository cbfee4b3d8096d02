using Slipway.Build.Contexts;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;
using Slipway.Testing;

namespace Slipway.Build.Tests.Contexts;

public sealed class StatCacheTests : IDisposable
{
    private static readonly Digest Content = Digest.Of("content");
    private readonly TemporaryFolder _folder = new();
    private readonly FakeClock _clock = new();

    [Fact]
    public void A_digest_is_remembered_over_builds()
    {
        FileStatus status = NewFile();
        Remember(status, age: TimeSpan.FromSeconds(1));
        Assert.True(Load().TryGet("file", status, out Digest found));
        Assert.Equal(Content, found);
    }

    [Fact]
    public void A_file_that_changed_is_not_the_same()
    {
        FileStatus status = NewFile();
        Remember(status, age: TimeSpan.FromSeconds(1));
        StatCache cache = Load();
        Assert.False(cache.TryGet("file", status with { Size = status.Size + 1 }, out _));
        Assert.False(cache.TryGet("file", status with { Inode = status.Inode + 1 }, out _));
        Assert.False(cache.TryGet("file", status with { Device = status.Device + 1 }, out _));
        Assert.False(cache.TryGet("file", status with { ModifiedNanoseconds = status.ModifiedNanoseconds + 1 }, out _));
        Assert.False(cache.TryGet("file", status with { ChangedNanoseconds = status.ChangedNanoseconds + 1 }, out _));
        Assert.False(cache.TryGet("other", status, out _));
    }

    [Fact]
    public void A_file_hashed_right_after_it_changed_is_not_trusted()
    {
        FileStatus status = NewFile();
        Remember(status, age: TimeSpan.FromMilliseconds(5));
        Assert.False(Load().TryGet("file", status, out _));
    }

    [Fact]
    public void What_was_known_of_a_file_is_forgotten_when_it_changes_again_too_soon()
    {
        FileStatus status = NewFile();
        Remember(status, age: TimeSpan.FromSeconds(1));
        Remember(status, age: TimeSpan.Zero);
        Assert.False(Load().TryGet("file", status, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(-1)]
    public void A_torn_file_is_an_empty_cache(int length)
    {
        FileStatus status = NewFile();
        Remember(status, age: TimeSpan.FromSeconds(1));
        string file = Directory.GetFiles(_folder["stat"]).Single();
        byte[] bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, bytes[..(length < 0 ? bytes.Length + length : length)]);
        Assert.False(Load().TryGet("file", status, out _));
    }

    [Fact]
    public void Two_folders_have_nothing_in_common()
    {
        FileStatus status = NewFile();
        Remember(status, age: TimeSpan.FromSeconds(1));
        Assert.False(StatCache.Load(_folder["stat"], "/another", _clock).TryGet("file", status, out _));
    }

    [Fact]
    public async Task A_context_reads_a_file_once_and_again_only_when_it_changed()
    {
        string path = _folder["file"];
        await File.WriteAllTextAsync(path, "one", TestContext.Current.CancellationToken);
        _clock.Advance(DateTimeOffset.UtcNow - _clock.GetUtcNow() + TimeSpan.FromHours(1));
        Assert.Equal(Digest.Of("one"), await HashAsync());
        DateTime time = File.GetLastWriteTimeUtc(path);
        await File.WriteAllTextAsync(path, "two", TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(path, time); // size and mtime are as they were; ctime is not
        Assert.Equal(Digest.Of("two"), await HashAsync());
    }

    public void Dispose() => _folder.Dispose();

    private async Task<Digest> HashAsync()
    {
        StatCache cache = Load();
        var context = new LocalContext(_folder.Path, null, cache);
        FileNode node = (await context.FindAsync("file", TestContext.Current.CancellationToken))!;
        Digest digest = await context.DigestAsync(node, TestContext.Current.CancellationToken);
        context.SaveStats();
        return digest;
    }

    private StatCache Load() => StatCache.Load(_folder["stat"], "/context", _clock);

    private FileStatus NewFile()
    {
        File.WriteAllText(_folder["new"], "x");
        return FileStatus.Of(_folder["new"]);
    }

    private void Remember(FileStatus status, TimeSpan age)
    {
        StatCache cache = Load();
        long youngest = Math.Max(status.ModifiedNanoseconds, status.ChangedNanoseconds) / 1_000_000;
        cache.Put("file", status, Content, DateTimeOffset.FromUnixTimeMilliseconds(youngest) + age);
        cache.Save();
    }
}
