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

    /// <summary>The solution of a request, for who tries something: where there is none, or none within the request's limit, it is not said why.</summary>
    /// <inheritdoc cref="SolveAsync"/>
    public static async ValueTask<Solution?> TryAsync(IPackageProvider provider, SolveRequest request, CancellationToken cancellationToken) =>
        await new Searching.Search(provider, request, explains: false).RunAsync(cancellationToken) as Solution;

    /// <summary>
    /// What would help a request without a solution: another version of one of the wishes that contradict each other, or one wish less. Each was tried. Where all dependencies are at hand
    /// (<see cref="CandidateList.DependenciesAreLocal"/>) the explanation has this already; elsewhere it costs questions, which the caller may want to bound.
    /// </summary>
    /// <param name="provider">What knows the packages; it may be another one than the explanation is of.</param>
    /// <param name="request">The request, with the wishes that the explanation is of.</param>
    /// <param name="explanation">Why there is no solution.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async ValueTask<IReadOnlyList<string>> FindReliefAsync(IPackageProvider provider, SolveRequest request, Explanation explanation, CancellationToken cancellationToken) =>
        await Searching.Relief.FindAsync(provider, request, explanation, cancellationToken);
}
