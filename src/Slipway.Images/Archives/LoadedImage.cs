using Slipway.Foundation.Hashing;
using Slipway.Images.Model;

namespace Slipway.Images.Archives;

/// <summary>An image that came out of an archive and is in the store now.</summary>
/// <param name="Id">The digest of its config.</param>
/// <param name="Target">What the store lists: a manifest, or an index for several platforms.</param>
/// <param name="Names">The names it was saved with and has now; none if it was saved by its id.</param>
public sealed record LoadedImage(Digest Id, Descriptor Target, IReadOnlyList<ImageReference> Names);
