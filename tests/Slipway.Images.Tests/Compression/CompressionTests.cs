using Slipway.Foundation.Hashing;
using Slipway.Images.Compression;

namespace Slipway.Images.Tests.Compression;

public sealed class CompressionTests
{
    private static readonly byte[] Sample = MakeSample(9_500_000);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(CompressionKind.Gzip)]
    [InlineData(CompressionKind.Zstd)]
    public async Task The_bytes_do_not_depend_on_the_number_of_threads(CompressionKind kind)
    {
        byte[] one = await CompressAsync(kind, 1), five = await CompressAsync(kind, 5);
        Assert.Equal(Digest.Of(one), Digest.Of(five));
        Assert.True(one.Length < Sample.Length);
    }

    [Theory]
    [InlineData(CompressionKind.Gzip, "gzip")]
    [InlineData(CompressionKind.Zstd, "zstd")]
    public async Task What_we_compress_the_tool_and_we_decompress(CompressionKind kind, string tool)
    {
        Command.Require(tool);
        byte[] compressed = await CompressAsync(kind, 2);
        Assert.Equal(kind, Decompressor.Detect(compressed));
        Assert.Equal(Digest.Of(Sample), Digest.Of(Decompress(compressed, kind)));
        string path = Path.GetTempFileName(), plain = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, compressed, Token);
        await Command.RunAsync("sh", "-c", $"{tool} -dc <{path} >{plain}");
        Assert.Equal(Digest.Of(Sample), Digest.Of(await File.ReadAllBytesAsync(plain, Token)));
        File.Delete(path);
        File.Delete(plain);
    }

    [Theory]
    [InlineData("gzip", CompressionKind.Gzip)]
    [InlineData("zstd -q", CompressionKind.Zstd)]
    [InlineData("bzip2", CompressionKind.Bzip2)]
    [InlineData("xz -0", CompressionKind.Xz)]
    public async Task What_the_tool_compresses_we_decompress_also_twice_in_a_row_and_notice_when_it_is_cut(string tool, CompressionKind kind)
    {
        Command.Require(tool.Split(' ')[0]);
        string path = Path.GetTempFileName(), packed = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, Sample.AsMemory(0, 2_000_000), Token);
        await Command.RunAsync("sh", "-c", $"{tool} -c <{path} >{packed}; {tool} -c <{path} >>{packed}");
        byte[] compressed = await File.ReadAllBytesAsync(packed, Token);
        Assert.Equal(Sample[..2_000_000].Concat(Sample[..2_000_000]), Decompress(compressed, kind));
        Assert.Throws<InvalidDataException>(() => Decompress(compressed[..(compressed.Length / 4)], kind));
        compressed[compressed.Length / 3] ^= 0x55;
        Assert.Throws<InvalidDataException>(() => Decompress(compressed, kind));
        File.Delete(path);
        File.Delete(packed);
    }

    [Fact]
    public async Task Nothing_compresses_to_something_that_is_nothing()
    {
        var output = new MemoryStream();
        await Compressor.CompressAsync(new MemoryStream(), output, CompressionKind.Gzip, 2, Token);
        Assert.NotEmpty(output.ToArray());
        Assert.Empty(Decompress(output.ToArray(), CompressionKind.Gzip));
    }

    private static async Task<byte[]> CompressAsync(CompressionKind kind, int threads)
    {
        var output = new MemoryStream();
        await Compressor.CompressAsync(new MemoryStream(Sample), output, kind, threads, Token);
        return output.ToArray();
    }

    private static byte[] Decompress(byte[] compressed, CompressionKind expected)
    {
        using Stream stream = Decompressor.OpenDetected(new MemoryStream(compressed), out CompressionKind kind);
        Assert.Equal(expected, kind);
        var output = new MemoryStream();
        stream.CopyTo(output);
        return output.ToArray();
    }

    private static byte[] MakeSample(int length)
    {
        var random = new Random(7);
        byte[] sample = new byte[length];
        for (int i = 0; i < length; i++)
        {
            sample[i] = (byte)(random.Next(16) + (i / 4096 % 64));
        }

        return sample;
    }
}
