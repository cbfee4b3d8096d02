namespace Slipway.Packages.Entries;

/// <summary>Files of packages that do not get into an environment. The environment's records do not name them, so that what they say stays true.</summary>
/// <param name="Rules">Names the rules and their version; part of the keys of layers.</param>
/// <param name="Covers">Whether a file stays away: the name of its package, and its path relative to the prefix.</param>
public sealed record LeftOutFiles(string Rules, Func<string, string, bool> Covers);
