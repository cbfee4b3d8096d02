using Slipway.Resolution.Engine;

namespace Slipway.Resolution.Searching;

/// <summary>Tells a provider that fetches from afar which dependencies will probably be wanted, so that it need not fetch one after the other.</summary>
internal sealed class Outlook(IPackageProvider provider, RuleEngine engine, Knowledge knowledge)
{
    /// <summary>After so many candidates of a name that were no good, the next ones are announced in a batch, and again after each doubling.</summary>
    private const int FirstBatch = 4;

    private readonly Dictionary<int, int> _rejected = [];
    private int _announced;

    /// <summary>Announces the likely candidate of each name that came up since the last call.</summary>
    public void Announce(ReadOnlySpan<int> registered)
    {
        for (; _announced < registered.Length; _announced++)
        {
            AnnounceBest(registered[_announced], 1);
        }
    }

    /// <summary>Another candidate of the name was no good.</summary>
    public void AnnounceMore(int name)
    {
        int count = _rejected[name] = _rejected.GetValueOrDefault(name) + 1;
        if (count >= FirstBatch && int.IsPow2(count))
        {
            AnnounceBest(name, count);
        }
    }

    private void AnnounceBest(int name, int count)
    {
        CandidateList list = knowledge.ListOf(name);
        if (list.DependenciesAreLocal)
        {
            return;
        }

        if (list.Preferred >= 0 && engine.MayBe(name, list.Preferred))
        {
            provider.ExpectDependencies(knowledge.IdOf(name), list.Preferred);
            count--;
        }

        var allowed = new CandidateSet(engine.DomainOf(name).ToArray(), 0, list.Count);
        for (int candidate = allowed.First; candidate >= 0 && count > 0; candidate = allowed.Next(candidate))
        {
            if (candidate != list.Preferred)
            {
                provider.ExpectDependencies(knowledge.IdOf(name), candidate);
                count--;
            }
        }
    }
}
