using System.Security.Cryptography;
using System.Text;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Packages.Archives;
using Slipway.Testing;

namespace Slipway.Packages.Tests.Archives;

/// <summary>Archives are kept under their digests, whatever was announced, and only if they have them.</summary>
public sealed class ArchiveCacheTests : IDisposable
{
    private static readonly byte[] s_bytes = Encoding.UTF8.GetBytes("an archive");

    private readonly TemporaryFolder _folder = new();
    private readonly HttpPolicy _http = new(new HttpPolicyOptions(), TimeProvider.System);

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    [InlineData("sha384")]
    [InlineData("sha1")]
    [InlineData("md5")]
    public async Task An_archive_with_the_announced_digest_is_kept_and_found_again(string kind)
    {
        ArchiveSource source = Source(kind, HashOf(kind, s_bytes));
        CachedArchive cached = await Cache().GetAsync(source, _ => { }, TestContext.Current.CancellationToken);
        Assert.Equal(s_bytes, await File.ReadAllBytesAsync(cached.ArchivePath, TestContext.Current.CancellationToken));
        File.Delete(_folder["archive"]);
        Assert.Equal(cached.ArchivePath, (await Cache().GetAsync(source, _ => { }, TestContext.Current.CancellationToken)).ArchivePath);
    }

    [Fact]
    public async Task An_archive_with_another_digest_is_refused_and_nothing_of_it_is_kept()
    {
        ArchiveSource source = Source("sha256", new string('0', 64));
        DiagnosticException thrown = await Assert.ThrowsAsync<DiagnosticException>(() => Cache().GetAsync(source, _ => { }, TestContext.Current.CancellationToken));
        Assert.Equal("hash-mismatch", thrown.Diagnostics[0].Code);
        Assert.Empty(Directory.EnumerateFiles(_folder["packages-v1"], "package.*", SearchOption.AllDirectories));
        Assert.Null(Cache().Find(source));
    }

    [Theory]
    [InlineData("sha256", "abc")]
    [InlineData("sha256", "zz00000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("crc32", "00000000")]
    public void What_has_not_the_form_of_a_digest_is_none(string kind, string text) => Assert.Null(ArchiveHash.TryCreate(kind, text));

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    private ArchiveCache Cache() => new(_folder["packages-v1"], _ => _http, _ => { });

    private ArchiveSource Source(string kind, string hex)
    {
        File.WriteAllBytes(_folder["archive"], s_bytes);
        return new ArchiveSource
        {
            FileName = "six-1.16.0-py3-none-any.whl",
            Url = new Uri(_folder["archive"]).AbsoluteUri,
            StoredName = "package.whl",
            Size = s_bytes.Length,
            Hashes = [ArchiveHash.TryCreate(kind, hex)!],
            Announcer = "test",
        };
    }

    private static string HashOf(string kind, byte[] bytes) => Convert.ToHexStringLower(CryptographicOperations.HashData(new HashAlgorithmName(kind.ToUpperInvariant()), bytes));
}
