namespace Slipway.Environments.Locking;

/// <summary>Says in a line what a new lock has that the old one had not.</summary>
public static class LockChanges
{
    private const int MostNamed = 6;

    /// <param name="before">The old lock of the platform; null without one.</param>
    /// <param name="now">The new one.</param>
    public static string Describe(PlatformLock? before, PlatformLock now)
    {
        Dictionary<string, string> old = before is null ? [] : PackagesOf(before), all = PackagesOf(now);
        string count = $"{all.Count} packages on {now.Base}";
        if (before is null)
        {
            return count;
        }

        string[] changes =
        [
            .. all.Where(p => !old.ContainsKey(p.Key)).Select(p => $"+{Name(p.Key)} {p.Value}"),
            .. all.Where(p => old.TryGetValue(p.Key, out string? was) && was != p.Value).Select(p => $"{Name(p.Key)} {old[p.Key]} -> {p.Value}"),
            .. old.Where(p => !all.ContainsKey(p.Key)).Select(p => $"-{Name(p.Key)}"),
            .. before.BaseDigest == now.BaseDigest ? Array.Empty<string>() : [$"base {before.BaseDigest.Short} -> {now.BaseDigest.Short}"],
        ];
        return changes.Length == 0 ? $"{count}, as before"
            : $"{count}: {string.Join(", ", changes.Take(MostNamed))}{(changes.Length > MostNamed ? $" and {changes.Length - MostNamed} more" : "")}";
    }

    private static Dictionary<string, string> PackagesOf(PlatformLock locked) => locked.Apt.Select(p => ($"apt:{p.Name}", p.Version))
        .Concat(locked.Conda.Select(p => ($"conda:{p.Record.Name}", $"{p.Record.Version}")))
        .Concat(locked.Python.Select(p => ($"python:{p.Name}", p.Version)))
        .Concat(locked.Projects.Select(p => ($"project:{p.Name}", $"of {(p.Folder.Length > 0 ? p.Folder : "this repository")}"))).ToDictionary(p => p.Item1, p => p.Item2);

    private static string Name(string key) => key[(key.IndexOf(':', StringComparison.Ordinal) + 1)..];
}
