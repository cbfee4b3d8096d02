using Slipway.Foundation.Text;

namespace Slipway.PyPi.Files;

/// <summary>What the options of requirements files set, those of nested files included.</summary>
public sealed record RequirementsOptions
{
    /// <summary>The index to ask instead of the usual one (<c>--index-url</c>); null when no line says. It may hold credentials: never print or lock it as it is.</summary>
    public WrittenText? IndexUrl { get; init; }

    /// <summary>More indexes (<c>--extra-index-url</c>), in order. As <see cref="IndexUrl"/>.</summary>
    public IReadOnlyList<WrittenText> ExtraIndexUrls { get; init; } = [];

    /// <summary>Whether no index is to be asked.</summary>
    public bool NoIndex { get; init; }

    /// <summary>Folders and pages with files (<c>--find-links</c>): addresses, or paths seen from where the reading began.</summary>
    public IReadOnlyList<WrittenText> FindLinks { get; init; } = [];

    /// <summary><c>--no-binary</c> (first) and <c>--only-binary</c> (second).</summary>
    public PackageChoice Binaries { get; init; } = PackageChoice.None;

    /// <summary><c>--all-releases</c> and <c>--pre</c> (first), <c>--only-final</c> (second).</summary>
    public PackageChoice Prereleases { get; init; } = PackageChoice.None;

    /// <summary>Whether an older version with a wheel is better than a newer one without.</summary>
    public bool PreferBinary { get; init; }

    /// <summary>True for <c>--require-hashes</c>, false for <c>--no-require-hashes</c>, null when no line says.</summary>
    public bool? RequireHashes { get; init; }

    /// <summary>Hosts, with or without a port, whose certificate need not hold (<c>--trusted-host</c>).</summary>
    public IReadOnlyList<WrittenText> TrustedHosts { get; init; } = [];

    /// <summary>What pip calls features (<c>--use-feature</c>); nothing here depends on one.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>These options, and those of another file where they say nothing; lists hold both.</summary>
    public RequirementsOptions And(RequirementsOptions other) => new()
    {
        IndexUrl = IndexUrl ?? other.IndexUrl,
        ExtraIndexUrls = [.. ExtraIndexUrls, .. other.ExtraIndexUrls],
        NoIndex = NoIndex || other.NoIndex,
        FindLinks = [.. FindLinks, .. other.FindLinks],
        Binaries = other.Binaries.With(Binaries),
        Prereleases = other.Prereleases.With(Prereleases),
        PreferBinary = PreferBinary || other.PreferBinary,
        RequireHashes = RequireHashes ?? other.RequireHashes,
        TrustedHosts = [.. TrustedHosts, .. other.TrustedHosts],
        Features = [.. Features, .. other.Features],
    };
}
