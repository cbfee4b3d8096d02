namespace Slipway.EndToEnd.Tests.Differential;

/// <param name="Dockerfile">What is built.</param>
/// <param name="SetUp">A line of shell that makes the context's files, run in its folder.</param>
/// <param name="Options">Flags of build that both know.</param>
internal sealed record Recipe(string Dockerfile, string SetUp = "true", params string[] Options);
