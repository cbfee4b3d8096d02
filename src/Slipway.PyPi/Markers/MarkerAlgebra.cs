using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Markers;

/// <summary>Whether a marker can hold at all, by writing it as alternatives of comparisons that must all hold.</summary>
internal static class MarkerAlgebra
{
    // Markers of real metadata come to a few dozen; what comes to more is taken for possible.
    private const int MostAlternatives = 4096;

    /// <summary>Whether some environment could meet all of the markers, or not meet those that come with false. When that is too much to find out, it is taken to be so.</summary>
    public static bool IsPossible(params IEnumerable<(MarkerNode Node, bool Holds)> markers) =>
        Product(markers.Select(m => Alternatives(m.Node, m.Holds))) is not { } alternatives || alternatives.Any(IsPossible);

    private static List<MarkerAtom[]>? Alternatives(MarkerNode node, bool holds) => node switch
    {
        MarkerNode.Group group => Alternatives(group.Inner, holds),
        MarkerNode.All all => holds ? Product(all.Parts.Select(p => Alternatives(p, holds))) : Sum(all.Parts, holds),
        MarkerNode.Any any => holds ? Sum(any.Parts, holds) : Product(any.Parts.Select(p => Alternatives(p, holds))),
        _ => [[MarkerAtom.Of((MarkerNode.Comparison)node, holds)]],
    };

    private static List<MarkerAtom[]>? Sum(IEnumerable<MarkerNode> parts, bool holds)
    {
        List<MarkerAtom[]> all = [];
        foreach (MarkerNode part in parts)
        {
            if (Alternatives(part, holds) is not { } more || all.Count + more.Count > MostAlternatives)
            {
                return null;
            }

            all.AddRange(more);
        }

        return all;
    }

    private static List<MarkerAtom[]>? Product(IEnumerable<List<MarkerAtom[]>?> parts)
    {
        List<MarkerAtom[]> all = [[]];
        foreach (List<MarkerAtom[]>? factors in parts)
        {
            if (factors is null || all.Count * factors.Count > MostAlternatives)
            {
                return null;
            }

            // What cannot be is dropped at once, so that it is not multiplied.
            all = [.. all.SelectMany(left => factors.Select(right => (MarkerAtom[])[.. left, .. right])).Where(IsPossible)];
        }

        return all;
    }

    private static bool IsPossible(MarkerAtom[] atoms) =>
        !atoms.Contains(new MarkerAtom.Constant(false))
        && atoms.OfType<MarkerAtom.InRanges>().GroupBy(a => a.Variable).All(g => !g.Aggregate(VersionRanges.All, (ranges, a) => ranges.Intersect(a.Ranges)).IsEmpty)
        && atoms.OfType<MarkerAtom.Opaque>().GroupBy(a => a.Text).All(g => g.All(a => a.Holds == g.First().Holds))
        && atoms.OfType<MarkerAtom.Is>().GroupBy(a => a.Variable).All(g =>
        {
            string[] texts = [.. g.Where(a => a.Holds).Select(a => a.Text).Distinct()];
            return texts.Length <= 1 && !g.Any(a => !a.Holds && texts.Contains(a.Text));
        });
}
