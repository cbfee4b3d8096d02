namespace Slipway.Sandbox.Hosts;

/// <summary>The user or group ids that exist in this user namespace (user_namespaces(7), "uid_map").</summary>
public sealed record IdMap(IReadOnlyList<IdRange> Ranges)
{
    /// <summary>Every id of the machine is there: the initial namespace, or one that maps all.</summary>
    public bool IsComplete => Ranges is [{ Inside: 0, Outside: 0, Count: uint.MaxValue }];

    /// <summary>Only one id is there: files cannot belong to anybody else.</summary>
    public bool IsSingle => Ranges is [{ Count: 1 }];

    public bool Contains(uint id) => Ranges.Any(r => id >= r.Inside && id - r.Inside < r.Count);

    /// <summary>Parses the text of <c>/proc/self/uid_map</c> or <c>gid_map</c>.</summary>
    public static IdMap Parse(string text) =>
        new([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(IdRange.Parse)]);
}

/// <summary><paramref name="Count"/> ids from <paramref name="Inside"/> on are, in the parent namespace, those from <paramref name="Outside"/> on.</summary>
public readonly record struct IdRange(uint Inside, uint Outside, uint Count)
{
    internal static IdRange Parse(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new IdRange(uint.Parse(words[0]), uint.Parse(words[1]), uint.Parse(words[2]));
    }
}
