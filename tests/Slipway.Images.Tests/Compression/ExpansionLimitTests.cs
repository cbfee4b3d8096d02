using System.IO.Compression;
using Slipway.Foundation.Text;
using Slipway.Images.Compression;

namespace Slipway.Images.Tests.Compression;

public sealed class ExpansionLimitTests
{
    private static readonly ExpansionLimit s_small = new(Ratio: 100, Free: 1 << 20, Members: 10);

    [Fact]
    public void Data_that_grow_beyond_the_ratio_are_refused_soon_after_the_free_bytes()
    {
        using var bomb = new GuardedStream(Zeros(64 << 20), source => new GZipStream(source, CompressionMode.Decompress), s_small);
        byte[] buffer = new byte[64 << 10];
        long read = 0;
        DiagnosticException refused = Assert.Throws<DiagnosticException>(() =>
        {
            for (int n; (n = bomb.Read(buffer)) > 0; read += n)
            {
            }
        });
        Assert.Equal("decompression-bomb", refused.Diagnostics[0].Code);
        Assert.InRange(read, 1 << 20, 8 << 20);
    }

    [Fact]
    public void A_small_file_may_grow_as_it_likes_and_ratio_0_allows_all()
    {
        using var small = new GuardedStream(Zeros(1 << 20), source => new GZipStream(source, CompressionMode.Decompress), s_small);
        Assert.Equal(1 << 20, Length(small));
        using var allowed = new GuardedStream(Zeros(64 << 20), source => new GZipStream(source, CompressionMode.Decompress), s_small with { Ratio = 0 });
        Assert.Equal(64 << 20, Length(allowed));
    }

    [Fact]
    public void An_archive_may_not_have_more_members_than_memory_bears()
    {
        s_small.CheckMembers(10);
        Assert.Throws<DiagnosticException>(() => s_small.CheckMembers(11));
        (s_small with { Ratio = 0 }).CheckMembers(11);
    }

    private static MemoryStream Zeros(int count)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(new byte[count]);
        }

        compressed.Position = 0;
        return compressed;
    }

    private static long Length(Stream stream)
    {
        byte[] buffer = new byte[64 << 10];
        long length = 0;
        for (int n; (n = stream.Read(buffer)) > 0; length += n)
        {
        }

        return length;
    }
}
