using Slipway.Conda.Channels.Repodata;
using Slipway.Conda.Matching;
using Slipway.Conda.Versions;
using Slipway.Resolution;

namespace Slipway.Conda.Solving;

/// <summary>
/// Numbers names and version sets for the solver, and turns the texts of dependencies into them, each text once: a channel repeats
/// the same few thousand texts in all its records.
/// </summary>
internal sealed class SpecTable
{
    private readonly Dictionary<string, NameId> _ids = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private readonly List<(NameId Name, MatchSpec Spec)> _sets = [];
    private readonly Dictionary<(NameId Name, MatchSpec Spec), VersionSetId> _setIds = [];
    private readonly Utf8Table _texts = new();
    private readonly List<ParsedDependency?> _parsed = [];

    /// <summary>The names with an extra: base name and the extra.</summary>
    private readonly Dictionary<NameId, (NameId Base, string Extra)> _extras = [];

    public int NameCount => _names.Count;

    public NameId Name(string name)
    {
        if (!_ids.TryGetValue(name, out NameId id))
        {
            _ids[name] = id = new NameId(_names.Count);
            _names.Add(name);
        }

        return id;
    }

    public string TextOf(NameId name) => _names[name.Value];

    public (NameId Base, string Extra)? ExtraOf(NameId name) => _extras.TryGetValue(name, out (NameId, string) extra) ? extra : null;

    public NameId NameOf(VersionSetId set) => _sets[set.Value].Name;

    public MatchSpec SpecOf(VersionSetId set) => _sets[set.Value].Spec;

    /// <summary>A set without extras and conditions.</summary>
    public VersionSetId Set(NameId name, MatchSpec spec)
    {
        if (!_setIds.TryGetValue((name, spec), out VersionSetId id))
        {
            _setIds[(name, spec)] = id = new VersionSetId(_sets.Count);
            _sets.Add((name, spec));
        }

        return id;
    }

    /// <summary>The dependencies that one text of a record says.</summary>
    public ParsedDependency Dependency(ReadOnlySpan<byte> text)
    {
        int number = _texts.Add(text);
        if (number == _parsed.Count)
        {
            _parsed.Add(null);
        }

        return _parsed[number] ??= Parse(_texts.TextOf(number));
    }

    /// <summary>The dependencies that a spec means: with extras more than one.</summary>
    /// <exception cref="FormatException">The spec does not name one package.</exception>
    public IReadOnlyList<Dependency> Dependencies(MatchSpec spec, DependencyKind kind)
    {
        string name = spec.ExactName ?? throw new FormatException($"\"{spec}\" names no single package");
        Condition? when = spec.When is null ? null : ConditionOf(spec.When);
        MatchSpec plain = spec.When is null && spec.Extras.Values.Count == 0 ? spec : spec with { When = null, Extras = SpecList.Empty };
        NameId id = Name(name);
        List<Dependency> dependencies = [new Dependency(Set(id, plain), kind, when)];
        foreach (string extra in spec.Extras.Values)
        {
            NameId shadow = Name($"{name}[{extra}]");
            _extras[shadow] = (id, extra);
            dependencies.Add(new Dependency(Set(shadow, plain), kind, when));
        }

        return dependencies;
    }

    private ParsedDependency Parse(string text)
    {
        if (!MatchSpec.TryParse(text, ParseMode.Lenient, out MatchSpec? spec, out string? problem))
        {
            return new ParsedDependency([], [], problem);
        }

        try
        {
            return new ParsedDependency(Dependencies(spec, DependencyKind.Requires), Dependencies(spec, DependencyKind.Constrains), null);
        }
        catch (FormatException e)
        {
            return new ParsedDependency([], [], e.Message);
        }
    }

    private Condition ConditionOf(MatchCondition condition) => condition switch
    {
        SpecCondition single => new Condition.Present(Set(Name(single.Spec.ExactName ?? throw new FormatException($"\"{single.Spec}\" names no single package")), single.Spec)),
        AllCondition all => new Condition.All([ConditionOf(all.Left), ConditionOf(all.Right)]),
        AnyCondition any => new Condition.Any([ConditionOf(any.Left), ConditionOf(any.Right)]),
        _ => throw new InvalidOperationException("there is no other kind of condition"),
    };
}

/// <summary>What one text of a record's <c>depends</c> or <c>constrains</c> says.</summary>
/// <param name="Required">As a requirement.</param>
/// <param name="Constrained">As a constraint.</param>
/// <param name="Problem">Why it cannot be read, as a sentence; the lists are then empty.</param>
internal sealed record ParsedDependency(IReadOnlyList<Dependency> Required, IReadOnlyList<Dependency> Constrained, string? Problem);
