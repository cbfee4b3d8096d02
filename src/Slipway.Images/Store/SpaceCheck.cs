using Slipway.Foundation.Files;
using Slipway.Foundation.Text;

namespace Slipway.Images.Store;

/// <summary>Asks for space before something large is written, so that a full disk is a message at the beginning and not a failure in the middle.</summary>
internal sealed class SpaceCheck(StoreLayout layout, Func<CancellationToken, Task<long>> freeable)
{
    /// <summary>What is left to others: a disk without a single free byte is nobody's friend.</summary>
    private const long Reserve = 1 << 20;

    private const long NotWorthAsking = 1 << 16;

    /// <param name="bytes">What is going to be written.</param>
    /// <param name="what">For whom, to begin a sentence with.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">There is less.</exception>
    public async Task RequireAsync(long bytes, string what, CancellationToken cancellationToken)
    {
        if (bytes < NotWorthAsking)
        {
            return;
        }

        long free = DiskSpace.FreeOf(layout.Root);
        if (bytes + Reserve <= free)
        {
            return;
        }

        long possible = await freeable(cancellationToken);
        string prune = $"\"system prune\" would free {(possible > 0 ? $"about {ByteText.Of(possible)}" : "nothing")}";
        throw new DiagnosticException(
            DiskSpace.FullCode,
            $"there is no space left on the disk for this: {what} needs {ByteText.Of(bytes)}, and {ByteText.Of(free)} are free where the store is ({layout.Root})",
            $"{prune}; free some space there, or put the store on another disk with --root; nothing was written");
    }
}
