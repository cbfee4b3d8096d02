using Slipway.Foundation.Hashing;
using Slipway.Images.Model;
using Slipway.Images.Registry;

namespace Slipway.Images.SharedCache;

/// <summary>
/// A place where machines leave each other the results of steps: a registry's repository, or a folder.
/// <para>
/// Every key is an entry of its own. There is no list of entries that one writer could overwrite for another, so any number of machines may put at the same
/// time; two that put the same key put the same thing. What is read is checked: a damaged entry is an <see cref="InvalidDataException"/>, never a result.
/// The bytes of layers are not read here: they have <see cref="Origin"/>, and are fetched, and checked, when somebody needs them.
/// </para>
/// </summary>
public interface ISharedCache
{
    /// <summary>The place in the words of its user, for messages.</summary>
    string Name { get; }

    /// <summary>The place for <see cref="CacheOrigins.FetchAsync"/>.</summary>
    string Origin { get; }

    /// <summary>The entry of a key; null when there is none.</summary>
    /// <exception cref="InvalidDataException">The entry is damaged, or is another key's.</exception>
    /// <exception cref="Foundation.Text.DiagnosticException">The place cannot be reached or refuses.</exception>
    Task<CacheEntry?> FindAsync(Digest key, CancellationToken cancellationToken);

    /// <summary>Whether there is an entry of the key, without reading it.</summary>
    /// <exception cref="Foundation.Text.DiagnosticException">The place cannot be reached or refuses.</exception>
    Task<bool> HasAsync(Digest key, CancellationToken cancellationToken);

    /// <summary>Puts an entry: its blobs first, those that are missing, then the entry itself.</summary>
    /// <param name="entry">The entry; takes the place of one with the same key.</param>
    /// <param name="open">Opens the bytes of a blob; asked for only if they must be sent, perhaps more than once.</param>
    /// <param name="replace">Whether blobs that are there are not trusted and written again, where the place can do that.</param>
    /// <param name="progress">Hears of the bytes.</param>
    /// <param name="cancellationToken">Gives up; there may then be blobs that no entry names.</param>
    /// <exception cref="Foundation.Text.DiagnosticException">The place cannot be reached, refuses, or is full.</exception>
    Task PutAsync(
        CacheEntry entry, Func<Descriptor, Func<Stream>> open, bool replace, IProgress<TransferProgress>? progress, CancellationToken cancellationToken);
}
