using System.Text;
using Slipway.Conda.Channels;
using Slipway.Conda.Channels.Repodata;
using Slipway.Conda.Matching;
using Slipway.Conda.Records;
using Slipway.Conda.Versions;
using Slipway.Resolution;

namespace Slipway.Conda.Solving;

/// <summary>What the solver asks about conda packages.</summary>
/// <param name="channels">The folders of each channel, the channel to prefer first.</param>
/// <param name="request">What was asked.</param>
/// <param name="namesOf">The canonical names of the channels that a spec's channel means.</param>
internal sealed class CondaProvider(IReadOnlyList<IReadOnlyList<IFolderRecords>> channels, CondaRequest request, Func<string, IReadOnlyList<string>> namesOf) : IPackageProvider
{
    private readonly Dictionary<string, Candidate[]> _virtual = request.VirtualPackages
        .GroupBy(p => p.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(p => new Candidate(p)).ToArray(), StringComparer.Ordinal);

    // channel::name asks for that channel only, whatever the priorities say.
    private readonly Dictionary<string, IReadOnlyList<string>> _fromChannel = request.Specs
        .Where(s => s.Channel is not (null or "*") && s.ExactName is not null)
        .GroupBy(s => s.ExactName!, StringComparer.Ordinal).ToDictionary(g => g.Key, g => (IReadOnlyList<string>)[.. g.SelectMany(s => namesOf(s.Channel!))], StringComparer.Ordinal);

    private readonly CandidateOrder _order = new(request.Priority);
    private readonly VersionTable _versions = new();
    private readonly List<Candidate[]?> _candidates = [];

    /// <summary>Names and version sets.</summary>
    public SpecTable Table { get; } = new();

    public NameId NameOf(VersionSetId set) => Table.NameOf(set);

    public async ValueTask<CandidateList> GetCandidatesAsync(NameId name, CancellationToken cancellationToken)
    {
        (NameId Base, string)? extra = Table.ExtraOf(name);
        Candidate[] candidates = await LoadAsync(extra?.Base ?? name, cancellationToken);
        if (extra is not null)
        {
            return new CandidateList(candidates.Length) { ShadowOf = extra.Value.Base };
        }

        return new CandidateList(candidates.Length) { Preferred = FindPreferred(Table.TextOf(name), candidates), Excluded = FindTooNew(candidates) };
    }

    public void Match(VersionSetId set, CandidateMask matching)
    {
        MatchSpec spec = Table.SpecOf(set);
        NameId name = Table.NameOf(set);
        Candidate[] candidates = CandidatesOf(Table.ExtraOf(name)?.Base ?? name);
        IReadOnlyList<string>? from = spec.Channel is null or "*" ? null : namesOf(spec.Channel);
        bool plain = from is null && spec.IsPlain;
        CondaVersion? last = null;
        bool lastMatches = false;
        for (int i = 0; i < candidates.Length; i++)
        {
            ref readonly RecordHead head = ref candidates[i].Head;
            if (!ReferenceEquals(head.Version, last))
            {
                last = head.Version;
                lastMatches = spec.Version.Matches(last);
            }

            if (lastMatches
                && (spec.Build is null || spec.Build.Matches(head.Build))
                && (spec.BuildNumber is null || spec.BuildNumber.Matches(head.BuildNumber))
                && (plain || (spec.Matches(candidates[i].Full) && from?.Contains(candidates[i].ChannelName, StringComparer.Ordinal) != false)))
            {
                matching.Add(i);
            }
        }
    }

    public ValueTask<DependencyList> GetDependenciesAsync(NameId name, int candidate, CancellationToken cancellationToken)
    {
        (NameId Base, string Extra)? extra = Table.ExtraOf(name);
        Candidate chosen = CandidatesOf(extra?.Base ?? name)[candidate];
        return ValueTask.FromResult(DependencyReader.Read(chosen, extra?.Extra, Table));
    }

    public void Expect(ReadOnlySpan<NameId> names)
    {
        string[] texts = new string[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            texts[i] = Table.TextOf(names[i]);
        }

        // Most packages are in the first channel; with strict priorities the others' shards would be fetched for nothing.
        foreach (IFolderRecords folder in request.Priority == ChannelPriority.Strict ? channels[0] : channels.SelectMany(c => c))
        {
            folder.Expect(texts);
        }
    }

    public string Describe(NameId name) => Table.TextOf(name);

    public string Describe(VersionSetId set)
    {
        MatchSpec spec = Table.SpecOf(set);
        var text = new StringBuilder(spec.Channel is null ? "" : spec.Channel + "::").Append(Table.TextOf(Table.NameOf(set)));
        if (!spec.Version.IsAny || spec.Build is not null)
        {
            text.Append(' ').Append(spec.Version.Text);
        }

        if (spec.Build is not null)
        {
            text.Append(' ').Append(spec.Build.Text);
        }

        return spec.IsPlain && spec.BuildNumber is null ? text.ToString() : spec.ToString();
    }

    public string Describe(NameId name, IReadOnlyList<int> candidates) =>
        CandidateText.Describe(Table.TextOf(name), CandidatesOf(Table.ExtraOf(name)?.Base ?? name), candidates);

    public VersionSetId? AnyOf(NameId name) => Table.ExtraOf(name) is null ? Table.Set(name, MatchSpec.Parse(Table.TextOf(name), ParseMode.Lenient)) : null;

    public string? Hint(VersionSetId unmatched)
    {
        MatchSpec spec = Table.SpecOf(unmatched);
        NameId name = Table.NameOf(unmatched);
        if (spec.Channel is not (null or "*") && !channels.SelectMany(c => c).Any(f => namesOf(spec.Channel).Contains(f.Place.ChannelName, StringComparer.Ordinal)))
        {
            return $"The channel {spec.Channel} is not among those of the environment; add it to channels:.";
        }

        return HiddenBy(spec, Table.TextOf(name)) ?? SolveHints.For(spec, Table.TextOf(name), channels, Known(name));
    }

    /// <summary>The whole record of a candidate.</summary>
    public PackageRecord RecordOf(NameId name, int candidate) => CandidatesOf(name)[candidate].Full;

    // Strict priority surprises people most when the version they want is in a later channel.
    private string? HiddenBy(MatchSpec spec, string name)
    {
        Candidate[] seen = Known(Table.Name(name));
        if (request.Priority != ChannelPriority.Strict || seen.Length == 0 || _fromChannel.ContainsKey(name))
        {
            return null;
        }

        foreach (IFolderRecords folder in channels.Skip(seen[0].Channel + 1).SelectMany(c => c))
        {
            ValueTask<PackageJson?> asked = folder.FindAsync(name, CancellationToken.None);
            if (asked is { IsCompletedSuccessfully: true, Result: { } json }) // what would have to be fetched is not worth a hint
            {
                List<Candidate> hidden = [];
                Add(json, 0, hidden);
                if (hidden.Where(c => spec.Matches(c.Full)).MaxBy(c => c.Head.Version) is { } best)
                {
                    return $"The channel {folder.Place.ChannelName} has {name} {best.Head.Version}, but {seen[0].ChannelName} comes first and has the package, too; put it first, write {folder.Place.ChannelName}::{name}, or set the priority to flexible.";
                }
            }
        }

        return null;
    }

    private Candidate[] Known(NameId name) => name.Value < _candidates.Count ? _candidates[name.Value] ?? [] : [];

    private Candidate[] CandidatesOf(NameId name) => _candidates[name.Value] ?? throw new InvalidOperationException("the candidates have not been asked for");

    private async ValueTask<Candidate[]> LoadAsync(NameId name, CancellationToken cancellationToken)
    {
        while (_candidates.Count <= name.Value)
        {
            _candidates.Add(null);
        }

        return _candidates[name.Value] ??= await ReadAsync(Table.TextOf(name), cancellationToken);
    }

    private async ValueTask<Candidate[]> ReadAsync(string name, CancellationToken cancellationToken)
    {
        if (name.StartsWith("__", StringComparison.Ordinal) && (_virtual.ContainsKey(name) || !_fromChannel.ContainsKey(name)))
        {
            return _virtual.GetValueOrDefault(name, []); // a channel cannot say what the target is (CEP 30)
        }

        List<Candidate> all = [];
        IReadOnlyList<string>? only = _fromChannel.GetValueOrDefault(name);
        for (int i = 0; i < channels.Count; i++)
        {
            foreach (IFolderRecords folder in channels[i])
            {
                if (only?.Contains(folder.Place.ChannelName, StringComparer.Ordinal) != false && await folder.FindAsync(name, cancellationToken) is { } json)
                {
                    Add(json, i, all);
                }
            }

            if (all.Count > 0 && request.Priority == ChannelPriority.Strict && only is null)
            {
                break;
            }
        }

        Candidate[] sorted = [.. all];
        Array.Sort(sorted, _order);
        return sorted;
    }

    private void Add(PackageJson json, int channel, List<Candidate> all)
    {
        foreach (int record in json.Offered())
        {
            // Broken records occur; they are as good as absent, and the rest of the channel is still of use.
            if (RecordHead.Read(json.Json(record), _versions) is { } head)
            {
                all.Add(new Candidate(json, record, head, channel));
            }
        }
    }

    private int FindPreferred(string name, Candidate[] candidates) =>
        request.Preferred.FirstOrDefault(p => p.Name == name) is { } wanted ? Array.FindIndex(candidates, c => c.Head.Version == wanted.Version && c.Head.Build == wanted.Build) : -1;

    private Exclusion[] FindTooNew(Candidate[] candidates)
    {
        if (request.ExcludeNewer is not { } limit)
        {
            return [];
        }

        long latest = limit.ToUnixTimeMilliseconds();
        return [.. candidates.Select((c, i) => (Candidate: c, Index: i))
            .Where(x => (x.Candidate.Head.IndexedTimestamp > 0 ? x.Candidate.Head.IndexedTimestamp : x.Candidate.Head.Timestamp) > latest)
            .Select(x => new Exclusion(x.Index, $"it is newer than {limit:yyyy-MM-dd}"))];
    }
}
