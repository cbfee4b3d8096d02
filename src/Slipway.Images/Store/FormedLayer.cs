using Slipway.Foundation.Hashing;
using Slipway.Images.Model;

namespace Slipway.Images.Store;

/// <summary>A layer in the form that others get.</summary>
/// <param name="DiffId">The digest of its uncompressed tar; another one than before if the form adds to the tar (eStargz).</param>
/// <param name="Blob">The blob.</param>
public sealed record FormedLayer(Digest DiffId, Descriptor Blob);
