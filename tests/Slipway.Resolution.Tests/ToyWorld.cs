using System.Text;

namespace Slipway.Resolution.Tests;

/// <summary>
/// Packages whose version is a number, written as text: <c>Add("a 3", "b &gt;=2", "c 1|2", "?d &lt;5", "e when f 1")</c> is version 3 of <c>a</c>, which requires
/// <c>b</c> and <c>c</c>, constrains <c>d</c>, and requires <c>e</c> if <c>f 1</c> is there. A name is <c>a</c> or, with an extra, <c>a[x]</c>. The newest version is the best.
/// </summary>
internal sealed class ToyWorld : IPackageProvider
{
    private readonly List<string> _names = [];
    private readonly List<(NameId Name, string Text)> _sets = [];
    private readonly Dictionary<Dependency, string> _texts = [];
    private readonly Dictionary<string, SortedDictionary<int, string[]>> _packages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _preferred = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, int), string> _excluded = [];
    private readonly Dictionary<(string, int), string> _unknown = [];

    /// <summary>What the solver asked, in its order: <c>a</c> for candidates, <c>a 3</c> for dependencies.</summary>
    public List<string> Asked { get; } = [];

    public List<string> Expected { get; } = [];

    public bool IsLocal { get; set; } = true;

    /// <summary>Runs before each answer; a test may wait, throw or cancel in it.</summary>
    public Func<string, ValueTask>? BeforeAnswer { get; set; }

    public IReadOnlyCollection<string> Names => _packages.Keys;

    public ToyWorld Add(string package, params string[] dependencies)
    {
        string[] parts = package.Split(' ');
        if (!_packages.TryGetValue(parts[0], out SortedDictionary<int, string[]>? versions))
        {
            _packages.Add(parts[0], versions = []);
        }

        versions.Add(int.Parse(parts[1]), dependencies);
        return this;
    }

    public ToyWorld Prefer(string package)
    {
        string[] parts = package.Split(' ');
        _preferred[parts[0]] = int.Parse(parts[1]);
        return this;
    }

    public ToyWorld Exclude(string package, string reason)
    {
        string[] parts = package.Split(' ');
        _excluded[(parts[0], int.Parse(parts[1]))] = reason;
        return this;
    }

    public ToyWorld MakeUnknown(string package, string reason)
    {
        string[] parts = package.Split(' ');
        _unknown[(parts[0], int.Parse(parts[1]))] = reason;
        return this;
    }

    public int[] VersionsOf(string name) => _packages.TryGetValue(name, out SortedDictionary<int, string[]>? versions) ? [.. versions.Keys.Reverse()] : [];

    public string[] DependenciesOf(string name, int version) => _packages[name][version];

    public bool MayChoose(string name, int version) => !_excluded.ContainsKey((name, version)) && !_unknown.ContainsKey((name, version));

    /// <summary>A solution as <c>a 3, b 2</c>, sorted; a failure as its explanation.</summary>
    public async Task<string> SolveAsync(params string[] wishes) => Show(await RunAsync(wishes));

    public async Task<SolveResult> RunAsync(params string[] wishes) =>
        await Solver.SolveAsync(this, RequestFor(wishes), TestContext.Current.CancellationToken);

    public SolveRequest RequestFor(params string[] wishes) => new([.. wishes.Where(wish => wish[0] != '@').Select(Dependency)])
    {
        Given = [.. wishes.Where(wish => wish[0] == '@').Select(wish => Set(wish[1..]))],
    };

    public string Show(SolveResult result) => result switch
    {
        Solution solution => string.Join(", ", solution.Picks.Select(Text).Order(StringComparer.Ordinal)),
        Unsolvable failure => failure.Explanation.ToString(),
        _ => "gave up over " + string.Join(", ", ((GaveUp)result).Contested.Select(name => _names[name.Value])),
    };

    public string Text(Pick pick) => $"{_names[pick.Name.Value]} {VersionsOf(_names[pick.Name.Value])[pick.Candidate]}";

    public Dependency Dependency(string text)
    {
        DependencyKind kind = text[0] == '?' ? DependencyKind.Constrains : DependencyKind.Requires;
        string[] parts = text.TrimStart('?').Split(" when ");
        Condition? when = parts.Length == 1 ? null : ConditionOf(parts[1]);
        var dependency = new Dependency(Set(parts[0]), kind, when);
        _texts[dependency] = text;
        return dependency;
    }

    /// <summary>The text that a dependency was made from.</summary>
    public string Text(Dependency dependency) => _texts[dependency];

    public string Text(NameId name) => _names[name.Value];

    public static bool Matches(string set, int version)
    {
        int space = set.IndexOf(' ');
        return space < 0 || set[(space + 1)..].Split(',').All(part => part switch
        {
            ['>', '=', .. var least] => version >= int.Parse(least),
            ['<', '=', .. var most] => version <= int.Parse(most),
            ['>', .. var over] => version > int.Parse(over),
            ['<', .. var under] => version < int.Parse(under),
            ['!', '=', .. var other] => version != int.Parse(other),
            _ => part.Split('|').Any(exact => version == int.Parse(exact)),
        });
    }

    private Condition ConditionOf(string text) => text.Split(" or ") is { Length: > 1 } any
        ? new Condition.Any([.. any.Select(ConditionOf)])
        : text.Split(" and ") is { Length: > 1 } all
            ? new Condition.All([.. all.Select(ConditionOf)])
            : new Condition.Present(Set(text));

    private NameId Name(string name)
    {
        int known = _names.IndexOf(name);
        if (known < 0)
        {
            _names.Add(name);
            known = _names.Count - 1;
        }

        return new NameId(known);
    }

    private VersionSetId Set(string text)
    {
        (NameId, string) set = (Name(text.Split(' ')[0]), text);
        int known = _sets.IndexOf(set);
        if (known < 0)
        {
            _sets.Add(set);
            known = _sets.Count - 1;
        }

        return new VersionSetId(known);
    }

    NameId IPackageProvider.NameOf(VersionSetId set) => _sets[set.Value].Name;

    async ValueTask<CandidateList> IPackageProvider.GetCandidatesAsync(NameId name, CancellationToken cancellationToken)
    {
        string text = _names[name.Value];
        Asked.Add(text);
        if (BeforeAnswer is { } before)
        {
            await before(text);
        }

        int[] versions = VersionsOf(text);
        return new CandidateList(versions.Length)
        {
            DependenciesAreLocal = IsLocal,
            Preferred = _preferred.TryGetValue(text, out int preferred) ? Array.IndexOf(versions, preferred) : -1,
            Excluded = [.. _excluded.Where(pair => pair.Key.Item1 == text).Select(pair => new Exclusion(Array.IndexOf(versions, pair.Key.Item2), pair.Value))],
            ShadowOf = text.EndsWith(']') ? Name(text[..text.IndexOf('[')]) : null,
        };
    }

    void IPackageProvider.Match(VersionSetId set, CandidateMask matching)
    {
        int[] versions = VersionsOf(_names[_sets[set.Value].Name.Value]);
        for (int i = 0; i < versions.Length; i++)
        {
            if (Matches(_sets[set.Value].Text, versions[i]))
            {
                matching.Add(i);
            }
        }
    }

    async ValueTask<DependencyList> IPackageProvider.GetDependenciesAsync(NameId name, int candidate, CancellationToken cancellationToken)
    {
        string text = _names[name.Value];
        int version = VersionsOf(text)[candidate];
        Asked.Add($"{text} {version}");
        if (BeforeAnswer is { } before)
        {
            await before($"{text} {version}");
        }

        Dependency[] dependencies = [.. DependenciesOf(text, version).Select(Dependency)];
        return new DependencyList(dependencies) { Unknown = _unknown.GetValueOrDefault((text, version)) };
    }

    void IPackageProvider.Expect(ReadOnlySpan<NameId> names)
    {
        foreach (NameId name in names)
        {
            Expected.Add(_names[name.Value]);
        }
    }

    void IPackageProvider.ExpectDependencies(NameId name, int candidate) => Expected.Add($"{_names[name.Value]} {VersionsOf(_names[name.Value])[candidate]}");

    string IPackageProvider.Describe(NameId name) => _names[name.Value];

    string IPackageProvider.Describe(VersionSetId set) => _sets[set.Value].Text;

    /// <summary>Neighbouring versions as a range: <c>a 1 to 3, 5</c>.</summary>
    string IPackageProvider.Describe(NameId name, IReadOnlyList<int> candidates)
    {
        int[] versions = VersionsOf(_names[name.Value]);
        var text = new StringBuilder(_names[name.Value]);
        for (int i = candidates.Count - 1; i >= 0;)
        {
            int end = i;
            while (end > 0 && candidates[end - 1] == candidates[end] - 1)
            {
                end--;
            }

            text.Append(i == candidates.Count - 1 ? " " : ", ").Append(versions[candidates[i]]);
            if (end < i)
            {
                text.Append(" to ").Append(versions[candidates[end]]);
            }

            i = end - 1;
        }

        return text.ToString();
    }

    VersionSetId? IPackageProvider.AnyOf(NameId name) => Set(_names[name.Value]);

    string? IPackageProvider.Hint(VersionSetId unmatched)
    {
        string text = _sets[unmatched.Value].Text, name = _names[_sets[unmatched.Value].Name.Value];
        int[] versions = VersionsOf(name);
        return versions.Length == 0 ? $"no package is called {name}" : $"{text} matches none of {string.Join(", ", versions)}";
    }
}
