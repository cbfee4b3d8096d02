namespace Slipway.Images.Store;

/// <summary>
/// A place with copies sent bytes that are not those of the digest, which showed only at their end. It is left out from now on, so that opening the blob anew asks the
/// next place; that happens at most once for each.
/// </summary>
public sealed class BlobElsewhereException(string message) : IOException(message);
