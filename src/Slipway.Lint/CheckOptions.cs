namespace Slipway.Lint;

/// <summary>The value of <c># check=</c>: <c>skip=A,B;error=true;experimental=all</c>.</summary>
internal sealed record CheckOptions(IReadOnlySet<string> Skip, IReadOnlySet<string> Experimental, bool ReturnAsError)
{
    private const string All = "all";

    public static CheckOptions None { get; } = new(new HashSet<string>(), new HashSet<string>(), ReturnAsError: false);

    public bool Allows(LintRule rule) => rule.IsExperimental
        ? Experimental.Contains(All) || Experimental.Contains(rule.Name)
        : !Skip.Contains(All) && !Skip.Contains(rule.Name);

    /// <summary>The check is skipped for one instruction by a comment above it.</summary>
    public bool Skips(LintRule rule) => Skip.Contains(All) || Skip.Contains(rule.Name);

    /// <exception cref="FormatException">An option is unknown or malformed.</exception>
    public static CheckOptions Parse(string text)
    {
        CheckOptions options = None;
        foreach (string part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = part.Split('=', 2, StringSplitOptions.TrimEntries);
            options = (pair[0], pair.Length) switch
            {
                ("skip", 2) => options with { Skip = Names(pair[1]) },
                ("experimental", 2) => options with { Experimental = Names(pair[1]) },
                ("error", 2) when bool.TryParse(pair[1], out bool value) => options with { ReturnAsError = value },
                ("error", 2) => throw new FormatException($"failed to parse check option \"{part}\"; true or false was expected"),
                _ => throw new FormatException($"invalid check option \"{part}\"; skip, error or experimental was expected"),
            };
        }

        return options;
    }

    private static HashSet<string> Names(string list) =>
        [.. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
