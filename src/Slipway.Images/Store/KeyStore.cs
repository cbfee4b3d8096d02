using Slipway.Foundation.Hashing;

namespace Slipway.Images.Store;

/// <summary>The cache: from a key to the layers it leads to (<c>keys-v1/</c>). A record that cannot be read is no record.</summary>
public sealed class KeyStore
{
    public Task<KeyRecord?> GetAsync(Digest key, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task PutAsync(Digest key, KeyRecord record, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The newest record of the same operation, to say which part of its key differs now.</summary>
    public Task<KeyRecord?> FindByOperationAsync(string operation, CancellationToken cancellationToken) => throw new NotSupportedException();
}
