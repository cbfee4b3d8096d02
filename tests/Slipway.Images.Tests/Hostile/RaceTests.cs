using System.Formats.Tar;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;
using Slipway.Testing;

namespace Slipway.Images.Tests.Hostile;

/// <summary>Somebody exchanges a directory for a link while an archive is unpacked: nothing is written where the link leads.</summary>
public sealed class RaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_directory_exchanged_for_a_link_while_unpacking_does_not_lead_outside()
    {
        string outside = Directory.CreateDirectory(_folder["outside"]).FullName;
        Directory.CreateDirectory(Path.Combine(outside, "deep"));
        byte[] tar = MakeTar();
        for (int round = 0; round < 20; round++)
        {
            string tree = Directory.CreateDirectory(_folder[$"tree{round}"]).FullName;
            using var stop = new CancellationTokenSource();
            Task<int> exchange = Task.Factory.StartNew(() => Exchange(tree, outside, stop.Token), TaskCreationOptions.LongRunning);
            try
            {
                await TreeUnpacker.UnpackAsync(new MemoryStream(tar), tree, new UnpackOptions(), TestContext.Current.CancellationToken);
            }
            catch (Exception e) when (e is IOException or DiagnosticException or InvalidDataException)
            {
                // It may well fail; it may not write elsewhere.
            }

            await stop.CancelAsync();
            Assert.True(await exchange > 0, "the directory was never exchanged");
            Assert.Equal([Path.Combine(outside, "deep")], Directory.EnumerateFileSystemEntries(outside, "*", SearchOption.AllDirectories));
        }
    }

    // Swaps tree/a for a link to the victim and back, until told to stop and at least once.
    private static int Exchange(string tree, string outside, CancellationToken stop)
    {
        string a = Path.Combine(tree, "a"), away = tree + ".away";
        int times = 0;
        while (!stop.IsCancellationRequested || times == 0)
        {
            if (!Directory.Exists(a) && stop.IsCancellationRequested)
            {
                Directory.CreateDirectory(a);
            }

            try
            {
                Directory.Move(a, away);
                File.CreateSymbolicLink(a, outside);
                times++;
                File.Delete(a);
                Directory.Move(away, a);
            }
            catch (IOException)
            {
                // Not there yet, or made anew in between.
            }
        }

        return times;
    }

    private static byte[] MakeTar()
    {
        var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, leaveOpen: true))
        {
            for (int i = 0; i < 1000; i++)
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, i % 2 == 0 ? $"a/file{i}" : $"a/deep/file{i}") { DataStream = new MemoryStream([1, 2, 3]) });
            }
        }

        return bytes.ToArray();
    }
}
