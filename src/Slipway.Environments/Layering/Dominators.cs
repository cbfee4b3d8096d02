namespace Slipway.Environments.Layering;

/// <summary>
/// Finds for whom a package is there: the last package that every way from what was asked for leads through (its dominator; Cooper, Harvey and Kennedy, "A Simple, Fast
/// Dominance Algorithm").
/// </summary>
internal static class Dominators
{
    /// <summary>The leader of those that no single package leads to.</summary>
    internal const string Shared = "";

    /// <param name="packages">The packages.</param>
    /// <param name="alone">Those that can lead others, besides the requested ones.</param>
    /// <returns>For each package the nearest leader above it, or itself if it is requested; <see cref="Shared"/> without one.</returns>
    internal static Dictionary<string, string> LeadersOf(IReadOnlyList<LayeredPackage> packages, IReadOnlySet<string> alone)
    {
        LayeredPackage[] byName = [.. packages.OrderBy(p => p.Name, StringComparer.Ordinal)];
        var at = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < byName.Length; i++)
        {
            at[byName[i].Name] = i + 1; // 0 is the request itself
        }

        int[][] needs = new int[byName.Length + 1][];
        for (int i = 0; i < byName.Length; i++)
        {
            needs[i + 1] = [.. byName[i].Requires.Select(name => at.GetValueOrDefault(name)).Where(n => n > 0).Distinct().Order()];
        }

        int[] wanted = [.. byName.Where(p => p.IsRequested).Select(p => at[p.Name])];
        needs[0] = wanted.Length > 0 ? wanted : [.. Enumerable.Range(1, byName.Length)];
        int[] parent = Immediate(needs);
        var leaders = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 1; i <= byName.Length; i++)
        {
            int node = byName[i - 1].IsRequested ? i : parent[i];
            while (node > 0 && !byName[node - 1].IsRequested && !alone.Contains(byName[node - 1].Name))
            {
                node = parent[node];
            }

            leaders[byName[i - 1].Name] = node > 0 ? byName[node - 1].Name : Shared;
        }

        return leaders;
    }

    // Who cannot be reached has no dominator but the request (0).
    private static int[] Immediate(int[][] needs)
    {
        List<int> order = PostOrder(needs); // the request comes last
        int[] number = new int[needs.Length], dominator = new int[needs.Length];
        Array.Fill(number, -1);
        for (int i = 0; i < order.Count; i++)
        {
            number[order[i]] = i;
        }

        var above = new List<int>[needs.Length];
        foreach (int node in order)
        {
            foreach (int need in needs[node])
            {
                (above[need] ??= []).Add(node);
            }
        }

        Array.Fill(dominator, -1);
        dominator[0] = 0;
        for (bool changed = true; changed;)
        {
            changed = false;
            for (int i = order.Count - 2; i >= 0; i--)
            {
                int node = order[i], found = -1;
                foreach (int by in above[node].Where(by => dominator[by] >= 0))
                {
                    found = found < 0 ? by : Meet(by, found);
                }

                changed |= dominator[node] != found;
                dominator[node] = found;
            }
        }

        for (int i = 0; i < dominator.Length; i++)
        {
            dominator[i] = Math.Max(0, dominator[i]);
        }

        return dominator;

        int Meet(int a, int b)
        {
            while (a != b)
            {
                while (number[a] < number[b])
                {
                    a = dominator[a];
                }

                while (number[b] < number[a])
                {
                    b = dominator[b];
                }
            }

            return a;
        }
    }

    private static List<int> PostOrder(int[][] needs)
    {
        var order = new List<int>(needs.Length);
        bool[] seen = new bool[needs.Length];
        seen[0] = true;
        var path = new Stack<(int Node, int Next)>([(0, 0)]);
        while (path.TryPop(out (int Node, int Next) top))
        {
            if (top.Next == needs[top.Node].Length)
            {
                order.Add(top.Node);
                continue;
            }

            path.Push((top.Node, top.Next + 1));
            int next = needs[top.Node][top.Next];
            if (!seen[next])
            {
                seen[next] = true;
                path.Push((next, 0));
            }
        }

        return order;
    }
}
