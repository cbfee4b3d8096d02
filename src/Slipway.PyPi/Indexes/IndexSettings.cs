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
        IEnumerable<PackageIndex> own = indexUrl is null ? Indexes : Indexes.SkipLast(1).Where(i => i.Address != indexUrl.Address).Append(indexUrl);
        return this with
        {
            Indexes = noIndex ? [] : [.. extraIndexUrls.Concat(own).DistinctBy(i => i.Address)],
            FindLinks = [.. findLinks.Concat(FindLinks).Distinct()],
            TrustedHosts = [.. trustedHosts.Concat(TrustedHosts).Distinct()],
        };
    }
}
