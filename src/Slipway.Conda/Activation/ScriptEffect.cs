namespace Slipway.Conda.Activation;

/// <summary>What one script of an environment did to the variables when it was run.</summary>
/// <param name="Path">Relative to the prefix.</param>
/// <param name="Set">Those that are new or have another value, by name.</param>
/// <param name="Removed">Those that are no longer exported.</param>
public sealed record ScriptEffect(string Path, IReadOnlyDictionary<string, string> Set, IReadOnlyList<string> Removed)
{
    internal static ScriptEffect Of(string path, Dictionary<string, string> before, Dictionary<string, string> after, IReadOnlyCollection<string> ignored) => new(
        path,
        new SortedDictionary<string, string>(
            after.Where(v => !ignored.Contains(v.Key) && (!before.TryGetValue(v.Key, out string? old) || old != v.Value)).ToDictionary(), StringComparer.Ordinal),
        [.. before.Keys.Except(after.Keys).Except(ignored).Order(StringComparer.Ordinal)]);

    internal void ApplyTo(Dictionary<string, ShellVariable> variables)
    {
        foreach ((string name, string value) in Set)
        {
            variables[name] = new ShellVariable(value, true);
        }

        foreach (string name in Removed)
        {
            variables.Remove(name);
        }
    }
}
