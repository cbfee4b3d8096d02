using Slipway.Resolution.Engine;
using Slipway.Resolution.Explaining;

namespace Slipway.Resolution.Searching;

/// <summary>One search: lets the engine conclude what it can, asks the provider for what that needs, chooses, learns, and so on until nothing is open.</summary>
internal sealed class Search
{
    private readonly IPackageProvider _provider;
    private readonly SolveRequest _request;
    private readonly bool _explains;
    private readonly RuleEngine _engine = new();
    private readonly Knowledge _knowledge;
    private readonly DependencyRules _rules;
    private readonly ChoiceMemory _choices = new();
    private readonly Outlook _outlook;
    private readonly List<int> _owners = [];
    private int _requestedNames;

    /// <param name="provider">What knows the packages.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="explains">False when only the answer matters; an explanation is then empty.</param>
    public Search(IPackageProvider provider, SolveRequest request, bool explains)
    {
        (_provider, _request, _explains) = (provider, request, explains);
        _knowledge = new Knowledge(provider, _engine);
        _rules = new DependencyRules(provider, _engine, _knowledge);
        _outlook = new Outlook(provider, _engine, _knowledge);
    }

    public async ValueTask<SolveResult> RunAsync(CancellationToken cancellationToken)
    {
        await AddRequestAsync(cancellationToken);
        while (true)
        {
            int conflict = _engine.Propagate();
            if (conflict >= 0)
            {
                if (!_engine.TryLearn(conflict))
                {
                    return new Unsolvable(await ExplainAsync(cancellationToken), Counters());
                }

                if (_engine.Conflicts >= _request.MaximumConflicts)
                {
                    return new GaveUp(MostActive(), Counters());
                }

                cancellationToken.ThrowIfCancellationRequested();
                await WidenAsync(cancellationToken);
            }
            else if (_engine.TryTakeSettled(out int name, out int candidate))
            {
                await _rules.ExpandAsync(name, candidate, cancellationToken);
                await _rules.WakeAsync(cancellationToken);
            }
            else if (PickName() is >= 0 and int next)
            {
                _outlook.Announce(_rules.Registered);
                await DecideAsync(next, cancellationToken);
            }
            else
            {
                return new Solution(Picks(), Counters());
            }
        }
    }

    private async ValueTask AddRequestAsync(CancellationToken cancellationToken)
    {
        _provider.Expect([.. _request.Given.Select(_provider.NameOf), .. _request.Wishes.Where(wish => wish is { Kind: DependencyKind.Requires, When: null }).Select(wish => _provider.NameOf(wish.Set))]);
        for (int i = 0; i < _request.Given.Count; i++)
        {
            await _rules.AddRequestAsync(OriginKind.Given, i, new Dependency(_request.Given[i]), cancellationToken);
        }

        for (int i = 0; i < _request.Wishes.Count; i++)
        {
            await _rules.AddRequestAsync(OriginKind.Wish, i, _request.Wishes[i], cancellationToken);
        }

        await _rules.WakeAsync(cancellationToken);
        _requestedNames = _rules.Registered.Length;
    }

    /// <summary>Names whose dependencies took part in the conflict get all their candidates read.</summary>
    private async ValueTask WidenAsync(CancellationToken cancellationToken)
    {
        _owners.Clear();
        foreach (int rule in _engine.UsedRules)
        {
            int origin = _engine.OriginOf(rule);
            if (origin >= 0 && _rules.Origins[origin] is { Kind: OriginKind.Depends, Owner: var owner })
            {
                _owners.Add(owner);
            }
        }

        foreach (int owner in _owners)
        {
            await _rules.WidenAsync(owner, cancellationToken);
        }
    }

    /// <summary>
    /// The next name to choose a candidate for: the requested ones in their order, unless the search is a hard one; then the one that took part
    /// in most conflicts of late, and among equals the one that came up first. -1 when nothing is open.
    /// </summary>
    private int PickName()
    {
        ReadOnlySpan<int> names = _rules.Registered;
        if (_engine.Conflicts >= Solver.Patience)
        {
            return _engine.MostActiveOpen(names);
        }

        foreach (int name in names[.._requestedNames])
        {
            if (_engine.StateOf(name) == NameState.Open)
            {
                return name;
            }
        }

        return _engine.MostActiveOpen(names[_requestedNames..]);
    }

    /// <summary>
    /// Chooses a candidate. Its dependencies become rules before, so that a candidate which cannot be is out without having been chosen: that
    /// is most of what goes wrong, and taking a choice back costs all that came after it.
    /// </summary>
    private async ValueTask DecideAsync(int name, CancellationToken cancellationToken)
    {
        int candidate = await ChooseAsync(name, cancellationToken);
        await _rules.ExpandAsync(name, candidate, cancellationToken);
        await _rules.WakeAsync(cancellationToken);
        if (!_engine.MayBe(name, candidate))
        {
            _outlook.AnnounceMore(name);
            await _rules.WidenAsync(name, cancellationToken);
        }
        else if (_engine.IsQuiet)
        {
            _engine.Decide(name, candidate);
        }
    }

    private async ValueTask<int> ChooseAsync(int name, CancellationToken cancellationToken)
    {
        CandidateList list = _knowledge.ListOf(name);
        if (list.Preferred >= 0 && _engine.MayBe(name, list.Preferred))
        {
            return list.Preferred;
        }

        int known = _choices.Find(name, _engine.DomainOf(name));
        if (known >= 0)
        {
            return known;
        }

        ulong[] domain = _engine.DomainOf(name).ToArray();
        var allowed = new CandidateSet(domain, 0, list.Count);
        int chosen = await _provider.ChooseAsync(_knowledge.IdOf(name), allowed, _knowledge, cancellationToken);
        if (!allowed.Contains(chosen))
        {
            throw new InvalidOperationException($"the provider chose candidate {chosen} of {_provider.Describe(_knowledge.IdOf(name))}, which is not one of those it was offered");
        }

        _choices.Remember(name, domain, chosen);
        await _rules.WakeAsync(cancellationToken); // the provider may have had names fetched that something waited for
        return chosen;
    }

    private List<Pick> Picks()
    {
        var picks = new List<Pick>();
        foreach (int name in _rules.Registered)
        {
            if (!_engine.MayBeAbsent(name))
            {
                picks.Add(new Pick(_knowledge.IdOf(name), _engine.OnlyValue(name)));
            }
        }

        return picks;
    }

    private NameId[] MostActive() =>
        [.. _rules.Registered.ToArray().OrderByDescending(_engine.ActivityOf).Take(5).Select(_knowledge.IdOf)];

    private async ValueTask<Explanation> ExplainAsync(CancellationToken cancellationToken)
    {
        if (!_explains)
        {
            return new Explanation([], [], []);
        }

        Explanation explanation = new Explainer(_provider, _engine, _knowledge, _rules.Origins, _request).Explain(_engine.Proof(), cancellationToken);
        return _knowledge.IsAllLocal
            ? explanation with { Hints = [.. explanation.Hints, .. await Relief.FindAsync(_provider, _request, explanation, cancellationToken)] }
            : explanation;
    }

    private SolveCounters Counters() =>
        new(_engine.Decisions, _engine.Conflicts, _engine.Propagations, _engine.Learned, _rules.Origins.Count, _engine.NameCount, _knowledge.DependenciesAsked);
}
