using Slipway.Foundation.Hashing;
using Slipway.Images.Model;

namespace Slipway.Images.SharedCache;

/// <summary>
/// What one key leads to, as machines tell each other. It says nothing of the machine that made it: no path, no time, no value of a variable.
/// </summary>
/// <param name="Key">The key (docs/decisions/0002).</param>
/// <param name="Layers">The layers of the result, lowest first; none when the step changed nothing.</param>
public sealed record CacheEntry(Digest Key, IReadOnlyList<CacheLayer> Layers);

/// <summary>A layer of an entry.</summary>
/// <param name="DiffId">The digest of its uncompressed tar.</param>
/// <param name="TarSize">The bytes of that tar.</param>
/// <param name="Blob">The blob in the cache that, decompressed, is the tar.</param>
public sealed record CacheLayer(Digest DiffId, long TarSize, Descriptor Blob);
