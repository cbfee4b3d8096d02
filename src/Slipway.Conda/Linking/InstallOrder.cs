namespace Slipway.Conda.Linking;

/// <summary>The order of installation: a package comes after those it depends on, else by name. A circle is entered at its first name.</summary>
internal static class InstallOrder
{
    internal static IReadOnlyList<LinkInput> Sort(IReadOnlyList<LinkInput> packages)
    {
        LinkInput[] byName = [.. packages.OrderBy(package => package.Record.Name, StringComparer.Ordinal)];
        var position = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < byName.Length; i++)
        {
            position.TryAdd(byName[i].Record.Name, i);
        }

        int[][] needs = [.. byName.Select(package => package.Record.DependencyNames
            .Select(name => position.TryGetValue(name, out int at) ? at : -1).Where(at => at >= 0).Distinct().Order().ToArray())];

        // Depth first without recursion: chains of dependencies can be long.
        var order = new List<LinkInput>(byName.Length);
        var state = new byte[byName.Length];
        var path = new Stack<(int Package, int Next)>();
        for (int root = 0; root < byName.Length; root++)
        {
            if (state[root] == 0)
            {
                state[root] = 1;
                path.Push((root, 0));
            }

            while (path.TryPop(out (int Package, int Next) top))
            {
                if (top.Next == needs[top.Package].Length)
                {
                    order.Add(byName[top.Package]);
                    continue;
                }

                path.Push((top.Package, top.Next + 1));
                int needed = needs[top.Package][top.Next];
                if (state[needed] == 0)
                {
                    state[needed] = 1;
                    path.Push((needed, 0));
                }
            }
        }

        return order;
    }
}
