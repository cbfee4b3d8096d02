using System.Text;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;
using Slipway.Testing;

namespace Slipway.Images.Tests.Hostile;

/// <summary>Thousands of damaged tars: each is unpacked or refused; none crashes the reader, stops it, takes much memory or touches a file outside.</summary>
[Collection(nameof(Alone))]
public sealed class DamagedTarTests : IDisposable
{
    private const long MostMemory = 256 << 20; // allocated, not held
    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(30);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("gnu")]
    [InlineData("pax")]
    [InlineData("ustar")]
    public async Task A_damaged_tar_is_unpacked_or_refused_and_nothing_outside_is_touched(string format)
    {
        byte[] tar = await MakeTarAsync(format), other = await MakeTarAsync(format == "pax" ? "gnu" : "pax");
        string outside = Directory.CreateDirectory(_folder["outside"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "victim"), "intact", TestContext.Current.CancellationToken);
        int refused = 0;
        foreach (int seed in Mutations.Seeds(700))
        {
            var mutations = new Mutations(seed);
            byte[] damaged = mutations.Damage(tar, other);
            if (mutations.Random.Next(4) > 0)
            {
                MendChecksums(damaged); // or most damage would end at the header's sum
            }

            refused += await UnpackAsync(damaged, seed) ? 0 : 1;
        }

        Assert.InRange(refused, 1, int.MaxValue);
        Assert.Equal("intact", await File.ReadAllTextAsync(Path.Combine(outside, "victim"), TestContext.Current.CancellationToken));
        Assert.Equal([Path.Combine(outside, "victim")], Directory.EnumerateFileSystemEntries(outside));
        Assert.Equal(["outside", "source", "tree"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(p => Path.GetFileName(p)).Order());
    }

    // Whether it was taken; other exceptions than those promised fail the test, with the seed.
    private async Task<bool> UnpackAsync(byte[] tar, int seed)
    {
        string tree = _folder["tree"];
        if (Directory.Exists(tree))
        {
            Foundation.Linux.DirectoryHandle.RemoveTreeAt(tree); // the framework cannot name files that are not UTF-8
        }

        Directory.CreateDirectory(tree);
        using var hang = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        hang.CancelAfter(s_hang);
        long before = GC.GetTotalAllocatedBytes();
        try
        {
            await TreeUnpacker.UnpackAsync(new MemoryStream(tar), tree, new UnpackOptions { RefuseAbsolutePaths = seed % 2 == 0, Whiteouts = seed % 3 > 0 }, hang.Token);
            return true;
        }
        catch (Exception e) when (e is DiagnosticException or InvalidDataException or IOException)
        {
            return false;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}: {e.GetType().Name}: {e.Message}", e);
        }
        finally
        {
            Assert.True(GC.GetTotalAllocatedBytes() - before < MostMemory, $"seed {seed} took {GC.GetTotalAllocatedBytes() - before} bytes of memory");
        }
    }

    private async Task<byte[]> MakeTarAsync(string format)
    {
        string source = Directory.CreateDirectory(_folder["source"]).FullName;
        string script = $"""
            set -e; cd '{source}'; rm -rf * ; mkdir -p d/e; echo one > d/a; ln d/a d/b; ln -s ../../outside/victim d/l; ln -s / d/root; touch d/.wh.gone d/e/.wh..wh..opq; mkfifo d/p
            printf x | dd of=d/sparse bs=1 seek=300000 conv=notrunc status=none; mkdir -p "d/$(printf 'n%.0s' $(seq 90))"; echo y > "d/$(printf 'n%.0s' $(seq 90))/f"
            tar --format={format} {(format == "ustar" ? "" : "--sparse")} {(format == "pax" ? "--xattrs --xattrs-include=*" : "")} --sort=name --mtime=@0 -cf all.tar d
            """;
        await Command.RunAsync("sh", "-c", script);
        return await File.ReadAllBytesAsync(Path.Combine(source, "all.tar"), TestContext.Current.CancellationToken);
    }

    private static void MendChecksums(byte[] tar)
    {
        for (int at = 0; at + TarFormat.BlockSize <= tar.Length; at += TarFormat.BlockSize)
        {
            Span<byte> block = tar.AsSpan(at, TarFormat.BlockSize);
            if (block[TarFormat.Magic].StartsWith("ustar"u8))
            {
                Encoding.ASCII.GetBytes(Convert.ToString(TarFormat.Sum(block), 8).PadLeft(6, '0') + "\0 ").CopyTo(block[TarFormat.Checksum]);
            }
        }
    }
}

/// <summary>Tests that measure what the whole process allocates: nothing else runs beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
