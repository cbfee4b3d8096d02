namespace Slipway.Resolution.Tests;

/// <summary>Looks at all sets of packages of a small toy world: the judge of the solver.</summary>
internal sealed class BruteForce
{
    private readonly ToyWorld _world;
    private readonly string[] _names;
    private readonly string[] _wishes;

    public BruteForce(ToyWorld world, string[] wishes)
    {
        (_world, _names, _wishes) = (world, [.. world.Names], wishes);
    }

    /// <summary>All choices that meet the wishes; each maps names to versions. Packages that nobody needs are in some of them.</summary>
    public IEnumerable<Dictionary<string, int>> Solutions() =>
        AllChoices([], 0).Where(IsValid).Select(choice => new Dictionary<string, int>(choice));

    /// <summary>
    /// What the solver promises of the wishes in their order: the best version of the first in any solution, of the second among solutions
    /// with that, and so on; null when there is no solution.
    /// </summary>
    public List<int>? BestOfWishes()
    {
        List<Dictionary<string, int>> left = [.. Solutions()];
        if (left.Count == 0)
        {
            return null;
        }

        var best = new List<int>();
        foreach (string name in _wishes.Where(wish => wish[0] != '?' && !wish.Contains(" when ")).Select(wish => wish.TrimStart('@').Split(' ')[0]))
        {
            int version = left.Max(solution => solution[name]);
            best.Add(version);
            left.RemoveAll(solution => solution[name] != version);
        }

        return best;
    }

    /// <summary>Whether the choice meets the wishes and all its packages' dependencies.</summary>
    public bool IsValid(Dictionary<string, int> choice) =>
        _wishes.All(wish => Holds(wish.TrimStart('@'), choice))
        && choice.All(pair => _world.MayChoose(pair.Key, pair.Value)
            && _world.DependenciesOf(pair.Key, pair.Value).All(dependency => Holds(dependency, choice))
            && (!pair.Key.EndsWith(']') || (choice.TryGetValue(pair.Key[..pair.Key.IndexOf('[')], out int body) && body == pair.Value)));

    /// <summary>Whether some choice is in agreement with all these facts, whatever else the world says.</summary>
    public bool CanHoldTogether(IReadOnlyList<Fact> facts) => AllChoices([], 0).Any(choice => facts.All(fact => Holds(fact, choice)));

    private bool Holds(Fact fact, Dictionary<string, int> choice) => fact switch
    {
        Fact.Wish wish => Holds(_wishes.Where(text => text[0] != '@').ElementAt(wish.Index), choice),
        Fact.Given given => Holds(_wishes.Where(text => text[0] == '@').ElementAt(given.Index)[1..], choice),
        Fact.Depends depends => !IsOneOf(depends.Name, depends.Candidates, choice) || Holds(_world.Text(depends.Dependency), choice),
        Fact.Excluded excluded => !IsOneOf(excluded.Name, excluded.Candidates, choice),
        Fact.Shadows shadows => !choice.TryGetValue(_world.Text(shadows.Name), out int version) || choice.GetValueOrDefault(_world.Text(shadows.Base)) == version,
        _ => throw new ArgumentOutOfRangeException(nameof(fact)),
    };

    private bool IsOneOf(NameId name, IReadOnlyList<int> candidates, Dictionary<string, int> choice) =>
        choice.TryGetValue(_world.Text(name), out int version) && candidates.Any(candidate => _world.VersionsOf(_world.Text(name))[candidate] == version);

    private IEnumerable<Dictionary<string, int>> AllChoices(Dictionary<string, int> choice, int next)
    {
        if (next == _names.Length)
        {
            yield return choice;
            yield break;
        }

        foreach (Dictionary<string, int> found in AllChoices(choice, next + 1))
        {
            yield return found;
        }

        foreach (int version in _world.VersionsOf(_names[next]))
        {
            choice[_names[next]] = version;
            foreach (Dictionary<string, int> found in AllChoices(choice, next + 1))
            {
                yield return found;
            }

            choice.Remove(_names[next]);
        }
    }

    private static bool Holds(string dependency, Dictionary<string, int> choice)
    {
        string[] parts = dependency.TrimStart('?').Split(" when ");
        if (parts.Length > 1 && !parts[1].Split(" or ").Any(any => any.Split(" and ").All(set => IsPresent(set, choice))))
        {
            return true;
        }

        return IsPresent(parts[0], choice) || (dependency[0] == '?' && !choice.ContainsKey(parts[0].Split(' ')[0]));
    }

    private static bool IsPresent(string set, Dictionary<string, int> choice) =>
        choice.TryGetValue(set.Split(' ')[0], out int version) && ToyWorld.Matches(set, version);
}
