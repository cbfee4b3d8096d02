using System.Security.Cryptography;
using Slipway.Conda.Packages;
using Slipway.Conda.Records;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Packages.Archives;

namespace Slipway.Conda.Tests.Packages;

public sealed class PackageCacheTests : IDisposable
{
    private readonly TestWorld _world = new();
    private readonly PackageServer _server = new();
    private readonly HttpPolicy _http = new(new HttpPolicyOptions { BaseDelay = TimeSpan.Zero, UseProxy = false }, TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _server.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task A_package_is_downloaded_once_and_then_found()
    {
        PackageRecord package = await ServeAsync();
        PackageCache cache = NewCache();
        CachedArchive first = await cache.GetAsync(package, _ => { }, Token), second = await NewCache().GetAsync(package, _ => { }, Token);
        Assert.Equal(first, second);
        Assert.Equal(_server.Files.Values.Single(), await File.ReadAllBytesAsync(first.ArchivePath, Token));
        Assert.Single(_server.Requests);
        Assert.Empty(Leftovers());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_download_that_breaks_goes_on_where_it_was(bool knowsRanges)
    {
        PackageRecord package = await ServeAsync();
        _server.KnowsRanges = knowsRanges;
        _server.Breaks.Enqueue(200);
        _server.Breaks.Enqueue(knowsRanges ? 10 : 210);
        _server.Statuses.Enqueue(503);
        CachedArchive cached = await NewCache().GetAsync(package, _ => { }, Token);
        Assert.Equal(package.Sha256, cached.Digest.Hex);
        Assert.Equal(["", " bytes=200-", " bytes=210-"], _server.Requests.Skip(1).Select(request => request[package.FileName.Length..]));
    }

    [Fact]
    public async Task What_an_earlier_download_left_is_not_downloaded_again()
    {
        PackageRecord package = await ServeAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _server.Breaks.Enqueue(300);
        await Assert.ThrowsAnyAsync<Exception>(() => NewCache(attempts: 1).GetAsync(package, _ => { }, Token));
        await NewCache().GetAsync(package, _ => { }, Token);
        Assert.EndsWith("bytes=300-", _server.Requests.Last(), StringComparison.Ordinal);
        Assert.Empty(Leftovers());
    }

    [Fact]
    public async Task A_part_that_does_not_fit_is_thrown_away_and_everything_comes_again()
    {
        PackageRecord package = await ServeAsync();
        _server.Breaks.Enqueue(300);
        await Assert.ThrowsAnyAsync<Exception>(() => NewCache(attempts: 1).GetAsync(package, _ => { }, Token));
        string part = Directory.EnumerateFiles(_world["cache/partial"]).Single(path => !path.EndsWith(".lock", StringComparison.Ordinal));
        await File.WriteAllBytesAsync(part, new byte[300], Token);
        using UnpackedPackage unpacked = (await new PackageFetcher(NewCache(), _world.Packages).FetchAsync([package], Token))[0];
        Assert.Equal("tool", unpacked.Info.Name);
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("md5")]
    [InlineData("size")]
    public async Task Of_a_package_with_other_bytes_than_announced_nothing_is_kept(string wrong)
    {
        PackageRecord package = await ServeAsync();
        package = wrong switch
        {
            "sha256" => package with { Sha256 = new string('0', 64) },
            "md5" => package with { Sha256 = null, Md5 = new string('0', 32) },
            _ => package with { Sha256 = null, Size = package.Size - 1 },
        };
        var refused = await Assert.ThrowsAsync<DiagnosticException>(() => new PackageFetcher(NewCache(), _world.Packages).FetchAsync([package], Token));
        Assert.Equal("hash-mismatch", refused.Diagnostics[0].Code);
        Assert.Empty(Leftovers());
        Assert.DoesNotContain(Directory.EnumerateFiles(_world["cache"], "*", SearchOption.AllDirectories), path => path.Contains("package", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFiles(_world.Packages, "package-*"));
    }

    [Fact]
    public async Task A_package_known_by_its_md5_alone_is_found_by_it()
    {
        PackageRecord package = await ServeAsync() with { Sha256 = null, Size = null };
#pragma warning disable CA5351 // what old channels say
        package = package with { Md5 = Convert.ToHexStringLower(MD5.HashData(_server.Files.Values.Single())) };
#pragma warning restore CA5351
        await NewCache().GetAsync(package, _ => { }, Token);
        Assert.NotNull(NewCache().Find(package));
        Assert.Single(_server.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Packages_come_from_files_and_paths_too(bool asUri)
    {
        string path = await new PackageBuilder("tool").File("bin/x", "x").TarBz2Async(_world.Packages);
        PackageRecord package = new PackageBuilder("tool").Record(".tar.bz2") with { Url = asUri ? new Uri(path).AbsoluteUri : path };
        using UnpackedPackage unpacked = (await new PackageFetcher(NewCache(), _world.Packages).FetchAsync([package], Token))[0];
        Assert.Contains("bin/x", unpacked.Members.Keys);
    }

    [Fact]
    public async Task A_package_that_the_channel_no_longer_has_is_told_with_what_to_do()
    {
        PackageRecord package = await ServeAsync() with { Url = _server.Address + "gone.conda", FileName = "gone.conda" };
        var refused = await Assert.ThrowsAsync<DiagnosticException>(() => NewCache().GetAsync(package, _ => { }, Token));
        Assert.Equal("package-download", refused.Diagnostics[0].Code);
        Assert.Contains("404", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Leftovers());
    }

    [Fact]
    public async Task A_mirror_that_lacks_a_package_is_not_the_last_place_to_ask()
    {
        PackageRecord package = await ServeAsync();
        List<Uri> asked = [];
        var cache = new PackageCache(_world["cache"], _ => _http, _ => { })
        {
            PlacesOf = address =>
            {
                asked.Add(address);
                return [new Uri(address, "/mirror/without/it.conda"), address];
            },
        };
        Assert.Equal(package.Sha256, (await cache.GetAsync(package, _ => { }, Token)).Digest.Hex);
        Assert.Equal([new Uri(package.Url)], asked);
    }

    [Fact]
    public async Task What_was_not_used_for_long_is_pruned_and_the_rest_stays()
    {
        PackageRecord package = await ServeAsync();
        PackageCache cache = NewCache();
        CachedArchive cached = await cache.GetAsync(package, _ => { }, Token);
        string folder = Path.GetDirectoryName(cached.ArchivePath)!;
        Assert.Equal(0, cache.Archives.Prune(DateTimeOffset.UnixEpoch.AddYears(40), dryRun: false, Token));
        Directory.SetLastWriteTimeUtc(folder, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.NotNull(cache.Find(package)); // which is a use
        Assert.Equal(0, cache.Archives.Prune(DateTimeOffset.UnixEpoch.AddYears(52), dryRun: false, Token));
        Directory.SetLastWriteTimeUtc(folder, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.InRange(cache.Archives.Prune(DateTimeOffset.UnixEpoch.AddYears(52), dryRun: false, Token), 1, long.MaxValue);
        Assert.Null(cache.Find(package));
    }

    [Fact]
    public async Task Many_caches_at_once_download_a_package_once()
    {
        PackageRecord package = await ServeAsync();
        CachedArchive[] cached = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => NewCache().GetAsync(package, _ => { }, Token)));
        Assert.Single(cached.Distinct());
        Assert.Single(_server.Requests);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(8, 4)]
    public async Task Packages_come_back_in_the_order_in_which_they_were_named(int downloads, int threads)
    {
        var packages = new List<PackageRecord>();
        for (int i = 0; i < 12; i++)
        {
            PackageBuilder Make() => new PackageBuilder($"p{i}").File("data", RandomNumberGenerator.GetBytes(i * 5000));
            string path = i % 3 == 0 ? await Make().CondaAsync(_world.Packages, descriptors: true) : i % 3 == 1 ? await Make().CondaAsync(_world.Packages) : await Make().TarBz2Async(_world.Packages);
            packages.Add(Serve(path, Make().Record(i % 3 == 2 ? ".tar.bz2" : ".conda")));
        }

        IReadOnlyList<UnpackedPackage> unpacked = await new PackageFetcher(NewCache(), _world.Packages) { Downloads = downloads, Threads = threads }.FetchAsync(packages, Token);
        Assert.Equal(packages.Select(package => package.Name), unpacked.Select(package => package.Info.Name));
        Assert.Empty(Directory.EnumerateFiles(_world.Packages, "package-*"));
        foreach (UnpackedPackage package in unpacked)
        {
            package.Dispose();
        }
    }

    private PackageCache NewCache(int attempts = 5) => new(
        _world["cache"], _ => attempts == 5 ? _http : new HttpPolicy(new HttpPolicyOptions { MaxAttempts = attempts, UseProxy = false }, TimeProvider.System), _ => { });

    private async Task<PackageRecord> ServeAsync()
    {
        PackageBuilder builder = new PackageBuilder("tool").File("bin/x", RandomNumberGenerator.GetBytes(2000));
        return Serve(await builder.CondaAsync(_world.Packages), builder.Record());
    }

    private PackageRecord Serve(string path, PackageRecord record)
    {
        byte[] bytes = File.ReadAllBytes(path);
        _server.Files[Path.GetFileName(path)] = bytes;
        return record with { Url = _server.Address + Path.GetFileName(path), Size = bytes.Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
    }

    private IEnumerable<string> Leftovers() => Directory.EnumerateFiles(_world["cache/partial"]);
}
