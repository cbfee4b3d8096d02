using Slipway.Foundation.Hashing;
using Slipway.Images.Store;

namespace Slipway.Images.Tests.Store;

public sealed class KeyStoreTests : IDisposable
{
    private readonly TemporaryStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task A_record_comes_back_as_it_was_put()
    {
        KeyBuilder key = new KeyBuilder().Add("command", "echo \"ä\"").Add("none", null);
        var record = new KeyRecord
        {
            Operation = "RUN echo",
            Parts = key.Parts,
            Layers = [Digest.Of("layer")],
            Values = new Dictionary<string, string> { ["workdir"] = "/x" },
        };
        await _store.Store.Keys.PutAsync(key.ToDigest(), record, Token);
        KeyRecord read = (await _store.Store.Keys.GetAsync(key.ToDigest(), Token))!;
        Assert.Equal(record.Parts, read.Parts);
        Assert.Equal(record.Layers, read.Layers);
        Assert.Equal(record.Values, read.Values);
        Assert.Equal(record.Layers, (await _store.Store.Keys.FindByOperationAsync("RUN echo", Token))!.Layers);
        Assert.Null(await _store.Store.Keys.FindByOperationAsync("RUN other", Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"operation\":")]
    [InlineData("{\"layers\":[\"nonsense\"]}")]
    [InlineData("null")]
    public async Task A_damaged_record_is_a_miss(string damage)
    {
        Digest key = Digest.Of("key");
        await _store.Store.Keys.PutAsync(key, new KeyRecord { Operation = "x" }, Token);
        await File.WriteAllTextAsync(Path.Combine(_store.Root, "keys-v1", key.Hex[..2], key.Hex + ".json"), damage, Token);
        Assert.Null(await _store.Store.Keys.GetAsync(key, Token));
    }
}
