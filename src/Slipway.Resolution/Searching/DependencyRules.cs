using Slipway.Resolution.Engine;

namespace Slipway.Resolution.Searching;

/// <summary>
/// Turns wishes and dependencies into rules of the engine. Candidates of one name that have the same dependency share one rule, so that a
/// contradiction speaks of all of them at once.
/// </summary>
internal sealed class DependencyRules
{
    private sealed class Group(RuleOrigin origin)
    {
        public RuleOrigin Origin { get; } = origin;

        /// <summary>The rule, −1 when none of the candidates has come up yet, or <see cref="RuleEngine.Trivial"/>.</summary>
        public int Rule { get; set; } = -1;
    }

    private readonly IPackageProvider _provider;
    private readonly RuleEngine _engine;
    private readonly Knowledge _knowledge;
    private readonly List<RuleOrigin> _origins = [];
    private readonly Dictionary<(int Owner, int Set, DependencyKind Kind, int Candidate), Group> _groups = [];
    private readonly WaitingRoom _waiting = new();
    private readonly HashSet<int> _widened = [];
    private Growing<CandidateBits> _expanded = new(1024); // by name: candidates whose dependencies are rules
    private Growing<bool> _isRegistered = new(1024);
    private Growing<int> _registered = new(1024);

    private struct CandidateBits
    {
        public ulong[]? Words;
    }

    public DependencyRules(IPackageProvider provider, RuleEngine engine, Knowledge knowledge)
    {
        (_provider, _engine, _knowledge) = (provider, engine, knowledge);
        knowledge.Fetched = Arrive;
    }

    public IReadOnlyList<RuleOrigin> Origins => _origins;

    /// <summary>All names that something requires, in the order in which they came up.</summary>
    public ReadOnlySpan<int> Registered => _registered.AsSpan();

    /// <summary>Adds a wish or a given fact.</summary>
    public async ValueTask AddRequestAsync(OriginKind kind, int index, Dependency dependency, CancellationToken cancellationToken) =>
        await AddAsync(new RuleOrigin(kind, index, -1, -1, dependency), cancellationToken);

    /// <summary>Adds the dependencies of a candidate, unless they are rules already.</summary>
    public async ValueTask ExpandAsync(int name, int candidate, CancellationToken cancellationToken)
    {
        if (!MarkExpanded(name, candidate))
        {
            return;
        }

        DependencyList list = await _knowledge.DependenciesAsync(name, candidate, cancellationToken);
        if (list.Unknown is { } reason)
        {
            Exclude(name, [candidate], reason);
            return;
        }

        Announce(list.Dependencies.Span);
        for (int i = 0; i < list.Dependencies.Length; i++)
        {
            Dependency dependency = list.Dependencies.Span[i];
            if (dependency.When is null)
            {
                await AddSharedAsync(name, candidate, dependency, cancellationToken);
            }
            else
            {
                int own = _engine.NewSet(name);
                Add(_engine.SetOf(name, own), candidate);
                await AddAsync(new RuleOrigin(OriginKind.Depends, -1, name, own, dependency), cancellationToken);
            }
        }
    }

    /// <summary>Lets dependencies that waited for names that are here now become rules.</summary>
    public async ValueTask WakeAsync(CancellationToken cancellationToken)
    {
        while (_waiting.TryTakeAwake(out Waiting waiting))
        {
            await AddAsync(waiting.Origin, waiting.Conditions, cancellationToken);
        }
    }

    /// <summary>
    /// Reads the dependencies of all candidates of a name and lets rules speak of all that have the same one. Does nothing for a name whose
    /// dependencies are not at hand.
    /// </summary>
    public async ValueTask WidenAsync(int name, CancellationToken cancellationToken)
    {
        CandidateList list = _knowledge.ListOf(name);
        if (!list.DependenciesAreLocal || !_widened.Add(name))
        {
            return;
        }

        var touched = new List<Group>();
        for (int candidate = 0; candidate < list.Count; candidate++)
        {
            DependencyList dependencies = await _knowledge.DependenciesAsync(name, candidate, cancellationToken);
            for (int i = 0; dependencies.Unknown is null && i < dependencies.Dependencies.Length; i++)
            {
                Dependency dependency = dependencies.Dependencies.Span[i];
                if (dependency.When is null && !IsOwn(name, dependency))
                {
                    Group group = GroupOf(name, candidate, dependency);
                    if (Add(_engine.SetOf(name, group.Origin.Candidates), candidate) && group.Rule >= 0 && !touched.Contains(group))
                    {
                        touched.Add(group);
                    }
                }
            }
        }

        foreach (Group group in touched)
        {
            _engine.Tighten(group.Rule, name, _engine.SetOf(name, group.Origin.Candidates));
        }
    }

    private async ValueTask AddSharedAsync(int name, int candidate, Dependency dependency, CancellationToken cancellationToken)
    {
        Group group = GroupOf(name, candidate, dependency);
        bool isNew = Add(_engine.SetOf(name, group.Origin.Candidates), candidate);
        if (group.Rule == -1)
        {
            group.Rule = await AddAsync(group.Origin, cancellationToken);
        }
        else if (isNew && group.Rule >= 0)
        {
            _engine.Tighten(group.Rule, name, _engine.SetOf(name, group.Origin.Candidates));
        }
    }

    /// <summary>A dependency on the name itself is not shared: its rule has one literal for both sides.</summary>
    private bool IsOwn(int name, Dependency dependency) => _provider.NameOf(dependency.Set) == _knowledge.IdOf(name);

    private Group GroupOf(int name, int candidate, Dependency dependency)
    {
        (int, int, DependencyKind, int) key = (name, dependency.Set.Value, dependency.Kind, IsOwn(name, dependency) ? candidate : -1);
        if (!_groups.TryGetValue(key, out Group? group))
        {
            group = new Group(new RuleOrigin(OriginKind.Depends, -1, name, _engine.NewSet(name), dependency));
            _groups.Add(key, group);
        }

        return group;
    }

    private async ValueTask<int> AddAsync(RuleOrigin origin, CancellationToken cancellationToken)
    {
        if (origin.Dependency.When is null)
        {
            return await AddAsync(origin, [], cancellationToken);
        }

        foreach (List<VersionSetId> alternative in origin.Dependency.When.Alternatives())
        {
            await AddAsync(origin, alternative, cancellationToken);
        }

        return RuleEngine.Trivial;
    }

    /// <summary>Makes a rule: the owner's candidates do not have it, or a condition does not hold, or the dependency is met.</summary>
    private async ValueTask<int> AddAsync(RuleOrigin origin, List<VersionSetId> conditions, CancellationToken cancellationToken)
    {
        foreach (VersionSetId condition in conditions)
        {
            if (_knowledge.Find(condition) < 0)
            {
                _waiting.Add(_provider.NameOf(condition), new Waiting(origin, conditions));
                return RuleEngine.Trivial;
            }
        }

        VersionSetId set = origin.Dependency.Set;
        NameId targetId = _provider.NameOf(set);
        bool requires = origin.Dependency.Kind == DependencyKind.Requires;
        int target = _knowledge.Find(targetId);
        if (target < 0 && !requires)
        {
            _waiting.Add(targetId, new Waiting(origin, conditions));
            return RuleEngine.Trivial;
        }

        target = target >= 0 ? target : await _knowledge.FetchAsync(targetId, cancellationToken);
        var literals = new Literal[conditions.Count + (origin.Owner >= 0 ? 2 : 1)];
        int count = 0;
        if (origin.Owner >= 0)
        {
            literals[count++] = new Literal(origin.Owner, _engine.Complement(origin.Owner, origin.Candidates));
        }

        foreach (VersionSetId condition in conditions)
        {
            int name = _knowledge.Find(condition);
            literals[count++] = new Literal(name, _knowledge.MismatchesOf(condition, name));
        }

        literals[count] = new Literal(target, requires ? _knowledge.MatchesOf(set, target) : _knowledge.MatchesOrAbsentOf(set, target));
        if (requires)
        {
            Register(target);
        }

        _origins.Add(conditions.Count == 0 ? origin : origin with { Conditions = conditions });
        return _engine.AddRule(literals, _origins.Count - 1);
    }

    private void Register(int name)
    {
        while (_isRegistered.Count < _engine.NameCount)
        {
            _isRegistered.Add(false);
        }

        if (_isRegistered.Items[name])
        {
            return;
        }

        _isRegistered.Items[name] = true;
        if (_knowledge.ListOf(name).ShadowOf is { } body)
        {
            Register(_knowledge.Find(body));
        }

        _registered.Add(name);
    }

    /// <summary>A name was fetched.</summary>
    private void Arrive(int name)
    {
        foreach (IGrouping<string, Exclusion> excluded in _knowledge.ListOf(name).Excluded.GroupBy(exclusion => exclusion.Reason, StringComparer.Ordinal))
        {
            Exclude(name, excluded.Select(exclusion => exclusion.Candidate), excluded.Key);
        }

        _waiting.Wake(_knowledge.IdOf(name));
    }

    private void Exclude(int name, IEnumerable<int> candidates, string reason)
    {
        int set = _engine.NewSet(name);
        foreach (int candidate in candidates)
        {
            Add(_engine.SetOf(name, set), candidate);
        }

        _origins.Add(new RuleOrigin(OriginKind.Excluded, -1, name, set, default, reason));
        _engine.AddRule([new Literal(name, _engine.Complement(name, set))], _origins.Count - 1);
    }

    private void Announce(ReadOnlySpan<Dependency> dependencies)
    {
        NameId[]? names = null;
        int count = 0;
        foreach (Dependency dependency in dependencies)
        {
            if (dependency is { Kind: DependencyKind.Requires, When: null } && _knowledge.Find(dependency.Set) < 0)
            {
                names ??= new NameId[dependencies.Length];
                names[count++] = _provider.NameOf(dependency.Set);
            }
        }

        if (names is not null)
        {
            _provider.Expect(names.AsSpan(0, count));
        }
    }

    private bool MarkExpanded(int name, int candidate)
    {
        if (name >= _expanded.Count)
        {
            _expanded.Reserve(name + 1 - _expanded.Count);
        }

        ulong[] words = _expanded.Items[name].Words ??= new ulong[_engine.WordsOf(name)];
        return Add(words, candidate);
    }

    /// <summary>Adds a candidate to a set; false when it was in it.</summary>
    private static bool Add(Span<ulong> words, int candidate)
    {
        ulong bit = 1UL << candidate;
        bool isNew = (words[candidate >> 6] & bit) == 0;
        words[candidate >> 6] |= bit;
        return isNew;
    }
}
