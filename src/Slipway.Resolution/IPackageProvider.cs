namespace Slipway.Resolution;

/// <summary>
/// What the solver knows of packages: the one seam between it and an ecosystem.
/// <para>
/// <b>Words.</b> A <i>name</i> has <i>candidates</i>, numbered from 0, of which a solution holds at most one. A <i>version set</i> is what a
/// requirement says of one name; which candidates it <i>matches</i> is fixed. A candidate has <i>dependencies</i>, each a version set.
/// </para>
/// <para>
/// <b>Order of calls.</b> For each name <see cref="GetCandidatesAsync"/> once; after that <see cref="Match"/> once for each of its version
/// sets that matter, <see cref="GetDependenciesAsync"/> at most once for each candidate, and <see cref="ChooseAsync"/> each time one has to be
/// chosen. When there is no solution and all dependencies are at hand, further searches follow that look for what would help, and ask again; where they are not, the caller decides (<see cref="Solver.FindReliefAsync"/>). Only names that some chosen candidate requires are asked for; a name that is merely constrained is never fetched.
/// Calls come one at a time, never two at once; only the announcements (<see cref="Expect"/>, <see cref="ExpectDependencies"/>) ask for work that runs beside them.
/// </para>
/// <para>
/// <b>Duties.</b> All answers are fixed for the life of the provider: the same question always has the same answer, whatever was asked in
/// between, or the solver's result means nothing. An answer that is at hand comes back as a completed <see cref="ValueTask{T}"/>, which costs nothing.
/// What fails (network, broken file) throws; the exception leaves <see cref="Solver.SolveAsync"/> as it is. A package that does not exist is not a
/// failure but <see cref="CandidateList.None"/>. Methods that only describe are called when there is no solution, and may be slow.
/// </para>
/// <para>
/// <b>Extras</b> are names of their own. For <c>requests[socks]</c> the provider makes a second name whose <see cref="CandidateList.ShadowOf"/>
/// is <c>requests</c>; a requirement <c>requests[socks]&gt;=2</c> becomes two dependencies, on <c>requests &gt;=2</c> and on <c>requests[socks] &gt;=2</c>
/// (that order); the dependencies of the extra's candidates are only what the extra adds. The solver keeps both at the same candidate.
/// </para>
/// </summary>
public interface IPackageProvider
{
    /// <summary>The name that a version set is about.</summary>
    NameId NameOf(VersionSetId set);

    /// <summary>
    /// The candidates of a name, best first: that order is the soft order of the search. Where it is costly to order candidates that differ
    /// little, their order here may be any fixed one, and <see cref="ChooseAsync"/> finds the best.
    /// </summary>
    ValueTask<CandidateList> GetCandidatesAsync(NameId name, CancellationToken cancellationToken);

    /// <summary>Adds to <paramref name="matching"/> all candidates of the set's name that the set matches. The name's candidates have been fetched before.</summary>
    void Match(VersionSetId set, CandidateMask matching);

    /// <summary>The dependencies of a candidate.</summary>
    ValueTask<DependencyList> GetDependenciesAsync(NameId name, int candidate, CancellationToken cancellationToken);

    /// <summary>
    /// The candidate to try next among <paramref name="allowed"/>, which is not empty and valid until the call ends. The answer must be the first of
    /// them in an order that never changes. A provider whose numbering is that order keeps this default; another one may look deeper among
    /// candidates that its numbering holds for equals, with the help of <paramref name="view"/>.
    /// </summary>
    ValueTask<int> ChooseAsync(NameId name, CandidateSet allowed, ICandidateView view, CancellationToken cancellationToken) => new(allowed.First);

    /// <summary>These names will be asked for soon, in this order: a good moment to fetch them all at once. Must return at once and not throw.</summary>
    void Expect(ReadOnlySpan<NameId> names)
    {
    }

    /// <summary>The dependencies of this candidate will probably be asked for soon. Must return at once and not throw.</summary>
    void ExpectDependencies(NameId name, int candidate)
    {
    }

    /// <summary>The name for a reader.</summary>
    string Describe(NameId name);

    /// <summary>The set for a reader, with its name: <c>numpy &gt;=1.20,&lt;2</c>.</summary>
    string Describe(VersionSetId set);

    /// <summary>
    /// Some candidates for a reader, with their name and the ranges collapsed to versions that exist: <c>numpy 1.20 to 1.25.2</c>,
    /// <c>numpy 2.1.0 (build py312_0)</c>. <paramref name="candidates"/> is sorted and not empty.
    /// </summary>
    string Describe(NameId name, IReadOnlyList<int> candidates);

    /// <summary>The set of all versions of a name, or null when there is no such thing (an extra). With it a hint can say which other version of a wish would do.</summary>
    VersionSetId? AnyOf(NameId name) => null;

    /// <summary>What could help a reader whose requirement found no candidate at all (a similar name, the nearest versions, how to declare a virtual package); one sentence, or null.</summary>
    string? Hint(VersionSetId unmatched) => null;
}

/// <summary>What a provider may ask back while it chooses (<see cref="IPackageProvider.ChooseAsync"/>).</summary>
public interface ICandidateView
{
    /// <summary>The candidates that a set matches, from the solver's memory; a name not fetched yet is fetched for it. Valid for ever.</summary>
    ValueTask<CandidateSet> MatchesAsync(VersionSetId set, CancellationToken cancellationToken);

    /// <summary>The dependencies of a candidate, from the solver's memory or the provider.</summary>
    ValueTask<DependencyList> DependenciesAsync(NameId name, int candidate, CancellationToken cancellationToken);
}
