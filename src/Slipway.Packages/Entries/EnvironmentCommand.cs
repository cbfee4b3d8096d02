namespace Slipway.Packages.Entries;

/// <summary>A program of the environment that is to be run in it: in a sandbox, with the environment at its prefix.</summary>
/// <param name="Arguments">The program, absolute, and its arguments.</param>
/// <param name="Variables">Its variables, all of them.</param>
/// <param name="Input">What it reads from standard input.</param>
public sealed record EnvironmentCommand(IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Variables, string Input = "");
