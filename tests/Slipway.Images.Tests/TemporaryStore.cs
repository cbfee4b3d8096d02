using Slipway.Foundation.Linux;
using Slipway.Images.Layers;
using Slipway.Images.Store;

namespace Slipway.Images.Tests;

/// <summary>A store in a folder of its own that goes away with the test.</summary>
internal sealed class TemporaryStore : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("slipway-test-");

    public TemporaryStore() => Store = ImageStore.Open(Path.Combine(_folder.FullName, "store"));

    public ImageStore Store { get; }

    public string Root => Store.Root;

    public LayerStore Layers => Store.Layers;

    /// <summary>A path beside the store that nothing has yet.</summary>
    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Writes a layer whose files hold what the function says, by path.</summary>
    public async Task<Layer> WriteAsync(IEnumerable<LayerEntry> entries, Func<string, byte[]> content, LayerWriterOptions? options = null)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using LayerWriter writer = Layers.CreateWriter(options ?? new LayerWriterOptions());
        foreach (LayerEntry entry in entries.OrderBy(entry => entry.Path, LayerPath.Order))
        {
            if (entry.Kind == LayerEntryKind.File)
            {
                byte[] bytes = content(entry.Path);
                await writer.AddAsync(entry with { Size = bytes.Length }, new MemoryStream(bytes), token);
            }
            else
            {
                await writer.AddAsync(entry, token);
            }
        }

        return await writer.CompleteAsync(token);
    }

    public void Dispose()
    {
        Store.Dispose();
        DirectoryHandle.RemoveTreeAt(_folder.FullName); // names that are not UTF-8 defeat the other
    }
}
