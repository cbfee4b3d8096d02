using Slipway.Resolution.Engine;

namespace Slipway.Resolution.Searching;

/// <summary>What the provider has said so far, each thing asked once, under the engine's numbers.</summary>
internal sealed class Knowledge : ICandidateView
{
    private const int Unknown = -1;

    private readonly IPackageProvider _provider;
    private readonly RuleEngine _engine;
    private Growing<int> _names = new(1024); // by NameId: the engine's number + 1, or 0
    private Growing<int> _matches = new(4096); // by VersionSetId: the engine's set + 1, or 0
    private Growing<int> _matchesOrAbsent = new(1024);
    private Growing<int> _mismatches = new(64);
    private Growing<NameId> _ids = new(1024); // by the engine's number
    private Growing<CandidateList> _lists = new(1024);
    private Growing<DependencyList?[]?> _dependencies = new(1024);

    public Knowledge(IPackageProvider provider, RuleEngine engine) => (_provider, _engine) = (provider, engine);

    /// <summary>Called with the engine's number when a name was fetched.</summary>
    public Action<int>? Fetched { get; set; }

    /// <summary>No name was fetched whose dependencies come from afar.</summary>
    public bool IsAllLocal { get; private set; } = true;

    public int DependenciesAsked { get; private set; }

    public NameId IdOf(int name) => _ids.Items[name];

    public CandidateList ListOf(int name) => _lists.Items[name];

    /// <summary>The engine's number of a name, or -1 when the name has not been fetched.</summary>
    public int Find(NameId id) => id.Value < _names.Count ? _names.Items[id.Value] - 1 : Unknown;

    public int Find(VersionSetId set) => Find(_provider.NameOf(set));

    /// <summary>The engine's number of a name, which is fetched if need be.</summary>
    public ValueTask<int> FetchAsync(NameId id, CancellationToken cancellationToken)
    {
        int known = Find(id);
        return known >= 0 ? new(known) : FetchNewAsync(id, cancellationToken);
    }

    private async ValueTask<int> FetchNewAsync(NameId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CandidateList list = await _provider.GetCandidatesAsync(id, cancellationToken);
        int shadowOf = Unknown;
        if (list.ShadowOf is { } shadowed)
        {
            shadowOf = await FetchAsync(shadowed, cancellationToken);
            if (ListOf(shadowOf).Count != list.Count)
            {
                throw new InvalidOperationException($"{_provider.Describe(id)} shadows {_provider.Describe(shadowed)}, but they have different candidates");
            }
        }

        int name = _engine.AddName(list.Count, shadowOf);
        Set(ref _names, id.Value, name + 1);
        _ids.Add(id);
        _lists.Add(list);
        IsAllLocal &= list.DependenciesAreLocal;
        _dependencies.Add(null);
        Fetched?.Invoke(name);
        return name;
    }

    /// <summary>The engine's set of what a version set of a fetched name matches.</summary>
    public int MatchesOf(VersionSetId set, int name)
    {
        int known = Get(ref _matches, set.Value);
        if (known < 0)
        {
            known = _engine.NewSet(name);
            _provider.Match(set, new CandidateMask(_engine.SetOf(name, known), _engine.AbsentOf(name)));
            Set(ref _matches, set.Value, known + 1);
        }

        return known;
    }

    /// <summary>The candidates that a version set of a fetched name matches.</summary>
    public List<int> CandidatesOf(VersionSetId set)
    {
        int name = Find(set);
        var matches = new CandidateSet(_engine.SetWords, MatchesOf(set, name), ListOf(name).Count);
        var candidates = new List<int>();
        for (int i = matches.First; i >= 0; i = matches.Next(i))
        {
            candidates.Add(i);
        }

        return candidates;
    }

    /// <summary>What it matches, or that the name is absent.</summary>
    public int MatchesOrAbsentOf(VersionSetId set, int name)
    {
        int known = Get(ref _matchesOrAbsent, set.Value);
        if (known < 0)
        {
            known = _engine.WithAbsence(name, MatchesOf(set, name));
            Set(ref _matchesOrAbsent, set.Value, known + 1);
        }

        return known;
    }

    /// <summary>All that it does not match, absence included.</summary>
    public int MismatchesOf(VersionSetId set, int name)
    {
        int known = Get(ref _mismatches, set.Value);
        if (known < 0)
        {
            known = _engine.Complement(name, MatchesOf(set, name));
            Set(ref _mismatches, set.Value, known + 1);
        }

        return known;
    }

    /// <summary>The dependencies of a candidate of a fetched name.</summary>
    public ValueTask<DependencyList> DependenciesAsync(int name, int candidate, CancellationToken cancellationToken) =>
        _dependencies.Items[name]?[candidate] is { } known ? new(known) : AskDependenciesAsync(name, candidate, cancellationToken);

    private async ValueTask<DependencyList> AskDependenciesAsync(int name, int candidate, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        DependencyList list = await _provider.GetDependenciesAsync(IdOf(name), candidate, cancellationToken);
        (_dependencies.Items[name] ??= new DependencyList?[ListOf(name).Count])[candidate] = list;
        DependenciesAsked++;
        return list;
    }

    async ValueTask<CandidateSet> ICandidateView.MatchesAsync(VersionSetId set, CancellationToken cancellationToken)
    {
        int name = await FetchAsync(_provider.NameOf(set), cancellationToken);
        int matches = MatchesOf(set, name);
        return new CandidateSet(_engine.SetWords, matches, ListOf(name).Count);
    }

    async ValueTask<DependencyList> ICandidateView.DependenciesAsync(NameId name, int candidate, CancellationToken cancellationToken) =>
        await DependenciesAsync(await FetchAsync(name, cancellationToken), candidate, cancellationToken);

    private static int Get(ref Growing<int> list, int index) => index < list.Count ? list.Items[index] - 1 : Unknown;

    private static void Set(ref Growing<int> list, int index, int value)
    {
        if (index >= list.Count)
        {
            list.Reserve(index + 1 - list.Count);
        }

        list.Items[index] = value;
    }
}
