using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Files;

/// <summary>
/// Two lists of packages that exclude each other, as pip's <c>--no-binary</c> and <c>--only-binary</c>: a package is in one at most, later entries win, <c>:all:</c> stands for all packages
/// and <c>:none:</c> empties a list.
/// </summary>
public sealed record PackageChoice
{
    private PackageChoice(IReadOnlySet<string> first, IReadOnlySet<string> second) => (First, Second) = (first, second);

    /// <summary>Nothing chosen.</summary>
    public static PackageChoice None { get; } = new(new SortedSet<string>(StringComparer.Ordinal), new SortedSet<string>(StringComparer.Ordinal));

    /// <summary>The first list: normal names, or <c>:all:</c>.</summary>
    public IReadOnlySet<string> First { get; }

    /// <summary>The second list.</summary>
    public IReadOnlySet<string> Second { get; }

    /// <summary>What holds for a package: true for the first list, false for the second, null for neither. A name counts more than <c>:all:</c>.</summary>
    public bool? Of(ProjectName name) =>
        First.Contains(name.Value) ? true : Second.Contains(name.Value) ? false : First.Contains(":all:") ? true : Second.Contains(":all:") ? false : null;

    /// <summary>With the entries of another choice added to both lists, which win.</summary>
    public PackageChoice With(PackageChoice other)
    {
        PackageChoice both = other.First.Aggregate(this, (choice, entry) => choice.With(entry, toFirst: true));
        return other.Second.Aggregate(both, (choice, entry) => choice.With(entry, toFirst: false));
    }

    /// <summary>With the entries of an option's value added to one of the lists.</summary>
    /// <param name="value">Names with commas between, <c>:all:</c>, <c>:none:</c>.</param>
    /// <param name="toFirst">To which.</param>
    /// <exception cref="FormatException">An entry is no name.</exception>
    public PackageChoice With(string value, bool toFirst)
    {
        SortedSet<string> target = new(toFirst ? First : Second, StringComparer.Ordinal), other = new(toFirst ? Second : First, StringComparer.Ordinal);
        foreach (string entry in value.Split(','))
        {
            switch (entry.Trim())
            {
                case ":all:":
                    target.Clear();
                    other.Clear();
                    target.Add(":all:");
                    break;
                case ":none:":
                    target.Clear();
                    break;
                case var name:
                    string normal = ProjectName.Parse(name).Value;
                    other.Remove(normal);
                    target.Add(normal);
                    break;
            }
        }

        return toFirst ? new PackageChoice(target, other) : new PackageChoice(other, target);
    }
}
