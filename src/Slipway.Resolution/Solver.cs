namespace Slipway.Resolution;

/// <summary>
/// Finds candidates that meet a request, or proves that there are none.
/// <para>
/// <b>What it prefers.</b> Wishes are decided in the order given, each at the best candidate that is still possible; then the names that chosen
/// candidates brought in, in the order in which they came up, except that a name goes first once it has taken part in more conflicts. So the
/// first wish has the best candidate of all solutions, the second the best that goes with it, and so on (as long as <see cref="Patience"/> lasts); for other names the best is tried first and
/// nothing more is promised.
/// </para>
/// <para>A choice is only taken back when it was proved that it cannot stay; what was proved is never tried again. Same provider, same request: same result and same counters.</para>
/// </summary>
public static class Solver
{
    /// <summary>
    /// From this number of conflicts on (<see cref="SolveCounters.Conflicts"/>), what took part in most of them is decided first even among wishes. A search that gets there is a hard one, and
    /// would take too long to prove that each wish has the best candidate it can have; the result is right as ever, but that promise ends.
    /// </summary>
    public const int Patience = 500;

    /// <summary>Solves the request.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <remarks>What the provider throws is passed on.</remarks>
    public static async ValueTask<SolveResult> SolveAsync(IPackageProvider provider, SolveRequest request, CancellationToken cancellationToken)
    {
        var search = new Searching.Search(provider, request, explains: true);
        return await search.RunAsync(cancellationToken);
    }
}
