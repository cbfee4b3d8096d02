namespace Slipway.Build.Space;

/// <summary>Something else that takes room in the store's folder and can be fetched again, such as packages: it counts in the store's budget and goes with its age.</summary>
public interface IOtherSpace
{
    /// <summary>The bytes it takes now.</summary>
    long Size(CancellationToken cancellationToken);

    /// <summary>Removes what was not used for so long; what is in use stays, whatever its age.</summary>
    /// <returns>The bytes that became free, or would.</returns>
    long Prune(TimeSpan minimumAge, bool dryRun, CancellationToken cancellationToken);
}
