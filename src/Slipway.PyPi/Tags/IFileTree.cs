namespace Slipway.PyPi.Tags;

/// <summary>
/// The files that a program would see: a root file system, be it a folder or the layers of an image. Paths are absolute, with <c>/</c> as the tree's own root; links are
/// followed inside the tree, wherever they claim to lead.
/// </summary>
public interface IFileTree
{
    /// <summary>Where a path leads when all links are followed, without a link in it; null when nothing is there.</summary>
    string? Resolve(string path);

    /// <summary>The names in a folder, in no order; none when it is no folder.</summary>
    IEnumerable<string> Names(string folder);

    /// <summary>The bytes of a file that <see cref="Resolve"/> found.</summary>
    Task<Stream> OpenAsync(string path, CancellationToken cancellationToken);
}
