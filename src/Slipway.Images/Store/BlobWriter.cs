using Slipway.Foundation.Hashing;

namespace Slipway.Images.Store;

/// <summary>A write-only stream into a temporary file of the store that becomes a blob when committed.</summary>
public abstract class BlobWriter : Stream
{
    /// <summary>Makes the bytes written so far a blob. The digest and size, when given, must match, or it is an <see cref="InvalidDataException"/>.</summary>
    public abstract Task<Digest> CommitAsync(Digest? expected, long? expectedSize, CancellationToken cancellationToken);
}
