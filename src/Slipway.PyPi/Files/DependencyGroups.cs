using Slipway.Foundation.Text;
using Slipway.PyPi.Requirements;
using Slipway.Toml;

namespace Slipway.PyPi.Files;

/// <summary>The table <c>[dependency-groups]</c> of a <c>pyproject.toml</c> (PEP 735). Groups are read when they are asked for; what is wrong in others does no harm.</summary>
public sealed class DependencyGroups
{
    private readonly SourceText _source;
    private readonly Dictionary<string, TomlEntry> _groups = new(StringComparer.Ordinal);
    private readonly List<Diagnostic> _duplicates = [];

    private readonly Func<WrittenRequirement, IEnumerable<WrittenRequirement>> _from;

    internal DependencyGroups(SourceText source, TomlTable? table, Func<WrittenRequirement, IEnumerable<WrittenRequirement>> from)
    {
        (_source, _from) = (source, from);
        foreach (TomlEntry group in table?.Entries ?? [])
        {
            if (!_groups.TryAdd(NormalName.Fold(group.Key.Text), group))
            {
                _duplicates.Add(new Diagnostic(
                    Severity.Error, "duplicate-group", $"the groups '{_groups[NormalName.Fold(group.Key.Text)].Key.Text}' and '{group.Key.Text}' have the same name", source, group.Key.Span, "names of groups do not differ by case or by - _ ."));
            }
        }
    }

    /// <summary>The normal names of the groups, in the order of the file.</summary>
    public IReadOnlyCollection<string> Names => _groups.Keys;

    /// <summary>The requirements of a group with those of the groups it includes, in order; what two includes bring is there twice.</summary>
    /// <param name="name">The group.</param>
    /// <param name="problems">Takes what is wrong with it.</param>
    public IReadOnlyList<WrittenRequirement> Read(string name, ICollection<Diagnostic> problems)
    {
        foreach (Diagnostic duplicate in _duplicates)
        {
            problems.Add(duplicate);
        }

        List<WrittenRequirement> found = [];
        Collect(name, null, [], found, new TomlRequirements(_source, problems), problems, []);
        return found;
    }

    private void Collect(string name, TextSpan? named, List<string> open, List<WrittenRequirement> found, TomlRequirements read, ICollection<Diagnostic> problems, HashSet<TextSpan> told)
    {
        string normal = NormalName.Fold(name);
        if (!_groups.TryGetValue(normal, out TomlEntry? group))
        {
            string help = Suggestion.Nearest(normal, _groups.Keys) is { } near ? $"did you mean '{near}'?" : _groups.Count == 0 ? "there is no [dependency-groups]" : $"there are {string.Join(", ", _groups.Keys)}";
            problems.Add(new Diagnostic(Severity.Error, "unknown-group", $"there is no dependency group '{name}'", named is null ? null : _source, named ?? default, help));
            return;
        }

        if (open.Contains(normal))
        {
            Report("group-cycle", $"the group '{name}' includes itself: {string.Join(" → ", open.SkipWhile(g => g != normal).Append(normal))}", named ?? group.Key.Span, "take one of the includes out");
            return;
        }

        if (group.Value is not TomlArray items)
        {
            Report("wrong-kind", $"the group '{name}' is {group.Value.Kind} where an array of requirements is expected", group.Value.Span, "write [\"pytest\", \"coverage\"]");
            return;
        }

        open.Add(normal);
        foreach (TomlValue item in items.Items)
        {
            switch (item)
            {
                case TomlString text when told.Contains(text.Span):
                    break;
                case TomlString text when read.Read(text) is { } requirement:
                    found.AddRange(_from(requirement)); // where it is to come from
                    break;
                case TomlString text:
                    told.Add(text.Span);
                    break;
                case TomlTable { Entries: [{ Key.Text: "include-group", Value: TomlString included }] }:
                    Collect(included.Value, included.Span, open, found, read, problems, told);
                    break;
                case TomlTable { Entries: [{ Key.Text: "include-group" } wrong] }:
                    Report("wrong-kind", $"'include-group' is {wrong.Value.Kind} where the name of a group is expected", wrong.Value.Span, "write { include-group = \"name\" }");
                    break;
                case TomlTable table:
                    Report("bad-group-item", "a table in a group has the key include-group and no other", table.Span, "write { include-group = \"name\" }");
                    break;
                default:
                    Report("wrong-kind", $"{item.Kind} is no item of a group", item.Span, "write a requirement in quotes, or { include-group = \"name\" }");
                    break;
            }
        }

        open.RemoveAt(open.Count - 1);

        void Report(string code, string message, TextSpan span, string help)
        {
            if (told.Add(span))
            {
                problems.Add(new Diagnostic(Severity.Error, code, message, _source, span, help));
            }
        }
    }
}
