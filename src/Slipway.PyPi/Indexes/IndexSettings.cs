using Slipway.Foundation.Text;
using Slipway.Images.Configuration;
using Slipway.PyPi.Files;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Indexes;

/// <summary>Where Python packages may come from. The default is the index of the Python community alone.</summary>
public sealed record IndexSettings
{
    /// <summary>The indexes in the order in which they are asked; none: only <see cref="FindLinks"/> (<c>--no-index</c>).</summary>
    public IReadOnlyList<PackageIndex> Indexes { get; init; } = [PackageIndex.Default];

    /// <summary>Folders, pages and single files to look into besides the indexes, whatever project is wanted (<c>--find-links</c>): paths, or addresses with their secrets.</summary>
    public IReadOnlyList<string> FindLinks { get; init; } = [];

    /// <summary>Projects that come from one index and from nowhere else, by its name.</summary>
    public IReadOnlyDictionary<ProjectName, string> Packages { get; init; } = new Dictionary<ProjectName, string>();

    public IndexStrategy Strategy { get; init; }

    /// <summary>Where to look instead, in this order, for addresses that begin with the key.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Uri>> Mirrors { get; init; } = new Dictionary<string, IReadOnlyList<Uri>>();

    /// <summary>Logins by host (<c>host</c> or <c>host:port</c>): <c>user:password</c>, or a bearer token when there is no colon. Secrets.</summary>
    public IReadOnlyDictionary<string, string> Logins { get; init; } = new Dictionary<string, string>();

    /// <summary>Hosts (<c>host</c> or <c>host:port</c>) that may be asked without TLS, or with a certificate that nobody vouches for.</summary>
    public IReadOnlyList<string> TrustedHosts { get; init; } = [];

    /// <summary>Whether the user trusts whatever answers for a host.</summary>
    public bool Trusts(Uri address) => TrustedHosts.Any(h => string.Equals(h, address.Host, StringComparison.OrdinalIgnoreCase) || string.Equals(h, address.Authority, StringComparison.OrdinalIgnoreCase));

    /// <summary>What a file of settings says.</summary>
    /// <param name="config">Its section.</param>
    /// <param name="environment">Gives the value of a variable, for <c>${VARIABLE}</c> in addresses.</param>
    /// <exception cref="DiagnosticException">A name is none of a project, or an address none when its variables are replaced.</exception>
    public static IndexSettings Of(PythonConfig config, Func<string, string?> environment) => new()
    {
        Indexes = config.Indexes.Count == 0 ? [PackageIndex.Default] : [.. config.Indexes.Select(i => PackageIndex.Parse(i.Address, i.Name, "/", environment) with { IsExplicit = i.IsExplicit, AbsentStatuses = i.AbsentStatuses })],
        FindLinks = config.FindLinks,
        Packages = config.Packages.DistinctBy(p => Name(p.Key)).ToDictionary(p => Name(p.Key), p => p.Value),
        Strategy = config.IndexStrategy is { } strategy ? StrategyOf(strategy) : IndexStrategy.FirstIndex,
        Mirrors = config.Mirrors,
        Logins = config.Logins,
        TrustedHosts = config.TrustedHosts,
    };

    /// <summary>A strategy as settings and command lines write it.</summary>
    /// <exception cref="DiagnosticException">There is none of this name.</exception>
    public static IndexStrategy StrategyOf(string text) => text switch
    {
        "first-index" => IndexStrategy.FirstIndex,
        "unsafe-first-match" => IndexStrategy.UnsafeFirstMatch,
        "unsafe-best-match" => IndexStrategy.UnsafeBestMatch,
        _ => throw new DiagnosticException("bad-value", $"\"{text}\" is no strategy for several indexes.", "Write first-index, unsafe-first-match or unsafe-best-match."),
    };

    /// <summary>
    /// These settings with the indexes that a project's files name: the default one takes the place of the default here (the last), the others come before all.
    /// </summary>
    /// <param name="named">The indexes.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="variable">Gives the value of a variable.</param>
    public IndexSettings With(IReadOnlyList<NamedIndex> named, string folder, Func<string, string?> variable)
    {
        if (named.Count == 0)
        {
            return this;
        }

        HashSet<string> names = [.. named.Select(i => i.Name).OfType<string>()];
        PackageIndex? main = named.FirstOrDefault(i => i.IsDefault) is { } chosen ? Parse(chosen) : null;
        IEnumerable<PackageIndex> own = main is null ? Indexes : Indexes.SkipLast(1).Append(main);
        return this with { Indexes = Distinct(named.Where(i => !i.IsDefault).Select(Parse).Concat(own.Where(i => i == main || i.Name is null || !names.Contains(i.Name)))) };

        PackageIndex Parse(NamedIndex index) => PackageIndex.Parse(index.Url.Text, index.Name, folder, variable) with { IsExplicit = index.IsExplicit };
    }

    /// <summary>These settings with what requirements files and flags say, as <see cref="With(PackageIndex?, IReadOnlyList{PackageIndex}, bool, IReadOnlyList{string}, IReadOnlyList{string})"/>.</summary>
    /// <param name="options">What they say.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="variable">Gives the value of a variable.</param>
    public IndexSettings With(RequirementsOptions options, string folder, Func<string, string?> variable) => With(
        options.IndexUrl is { } index ? PackageIndex.Parse(index.Text, null, folder, variable) : null,
        [.. options.ExtraIndexUrls.Select(i => PackageIndex.Parse(i.Text, null, folder, variable))],
        options.NoIndex,
        [.. options.FindLinks.Select(l => l.Text)],
        [.. options.TrustedHosts.Select(h => h.Text)]);

    /// <summary>
    /// These settings with what a command line or a requirements file says: <c>--index-url</c> takes the place of the default (the last) index, <c>--extra-index-url</c> come before all
    /// others, and <c>--no-index</c> leaves none.
    /// </summary>
    /// <param name="indexUrl">The one index in the default's place, or null.</param>
    /// <param name="extraIndexUrls">Indexes to ask first.</param>
    /// <param name="noIndex">Whether no index is to be asked at all.</param>
    /// <param name="findLinks">More folders, pages and files.</param>
    /// <param name="trustedHosts">More hosts to trust.</param>
    public IndexSettings With(PackageIndex? indexUrl, IReadOnlyList<PackageIndex> extraIndexUrls, bool noIndex, IReadOnlyList<string> findLinks, IReadOnlyList<string> trustedHosts)
    {
        IEnumerable<PackageIndex> own = indexUrl is null ? Indexes : Indexes.SkipLast(1).Where(i => i.IsExplicit || i.Address != indexUrl.Address).Append(indexUrl with { Replaces = Indexes.Count > 0 ? Indexes[^1].Name : null });
        return this with
        {
            Indexes = noIndex ? [] : Distinct(extraIndexUrls.Concat(own)),
            FindLinks = [.. findLinks.Concat(FindLinks).Distinct()],
            TrustedHosts = [.. trustedHosts.Concat(TrustedHosts).Distinct()],
        };
    }

    // The same address may be asked for all, and by a name for some.
    private static IReadOnlyList<PackageIndex> Distinct(IEnumerable<PackageIndex> indexes) => [.. indexes.DistinctBy(i => (i.Address, i.IsExplicit ? i.Name : null))];

    private static ProjectName Name(string text) => ProjectName.TryParse(text, out ProjectName name)
        ? name
        : throw new DiagnosticException("bad-name", $"\"{text}\", which python: packages: in config.yml binds to an index, is no name of a project.", "Write the name of a project, for example torch.");
}
