using Slipway.Foundation.Text;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Inputs;

/// <summary>What is taken of a project or a lock besides what it always needs.</summary>
/// <param name="Extras">Its extras.</param>
/// <param name="AllExtras">All of them.</param>
/// <param name="Groups">Its groups, as people write them.</param>
public sealed record ProjectChoice(IReadOnlyList<ExtraName> Extras, bool AllExtras, IReadOnlyList<string> Groups)
{
    // pipenv's word in Pipfile.lock, its word in a Pipfile, and everybody else's.
    private static readonly string[] s_development = ["dev", "develop", "dev-packages"];

    /// <summary>Nothing besides.</summary>
    public static ProjectChoice None { get; } = new([], false, []);

    /// <summary>Whether the group for development is taken besides, where there is one.</summary>
    public bool WithDevelopment { get; init; }

    /// <summary>Whether the project that a lock is of is taken, too, if the lock says that it is to be installed; else only what it needs.</summary>
    public bool WithProject { get; init; }

    public bool IsNone => Extras.Count == 0 && !AllExtras && Groups.Count == 0;

    /// <summary>The chosen extras among those that there are.</summary>
    /// <param name="there">Those there are.</param>
    /// <param name="file">The file, for messages.</param>
    /// <param name="problems">Takes those that there are not.</param>
    public IReadOnlyList<ExtraName> ExtrasOf(IReadOnlyCollection<ExtraName> there, string file, ICollection<Diagnostic> problems)
    {
        foreach (ExtraName extra in Extras.Where(e => !there.Contains(e)))
        {
            problems.Add(new Diagnostic(
                Severity.Error, "unknown-extra", $"{file} has no extra '{extra}'", Help: there.Count == 0 ? "it has none" : $"there are {string.Join(", ", there.Order())}"));
        }

        return AllExtras ? [.. there] : Extras;
    }

    /// <summary>The chosen groups, by the names that the file has for them.</summary>
    /// <inheritdoc cref="ExtrasOf"/>
    public IReadOnlyList<string> GroupsOf(IReadOnlyCollection<string> there, string file, ICollection<Diagnostic> problems)
    {
        List<string> found = [.. WithDevelopment ? there.Where(s_development.Contains) : []];
        foreach (string group in Groups)
        {
            string folded = NormalName.Fold(group);
            if ((there.FirstOrDefault(t => NormalName.Fold(t) == folded) ?? (s_development.Contains(folded) ? there.FirstOrDefault(s_development.Contains) : null)) is { } name)
            {
                found.Add(name);
            }
            else
            {
                problems.Add(new Diagnostic(
                    Severity.Error, "unknown-group", $"{file} has no group '{group}'",
                    Help: there.Count == 0 ? "it has none" : Suggestion.Nearest(group, [.. there]) is { } near ? $"did you mean '{near}'?" : $"there are {string.Join(", ", there)}"));
            }
        }

        return found;
    }
}
