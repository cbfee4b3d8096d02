using Slipway.Foundation.Text;
using Slipway.PyPi.Indexes.Caching;
using Slipway.PyPi.Indexes.Pages;

namespace Slipway.PyPi.Indexes;

/// <summary>
/// Folders, pages and single files that are looked into for every project (<c>--find-links</c>). Each is read once, when the first project is asked for.
/// </summary>
/// <param name="places">The places.</param>
/// <param name="fetcher">Asks servers for pages.</param>
internal sealed class FindLinks(IReadOnlyList<PackageIndex> places, PageFetcher fetcher)
{
    private static readonly string[] s_files = [".whl", ".tar.gz", ".zip"], s_pages = [".html", ".htm"];
    private readonly Lock _gate = new();
    private Task<IReadOnlyList<FoundLinks>>? _all;

    /// <summary>What all of them have.</summary>
    /// <exception cref="DiagnosticException">One is not there or cannot be read.</exception>
    public async Task<IReadOnlyList<FoundLinks>> ReadAsync(CancellationToken cancellationToken)
    {
        Task<IReadOnlyList<FoundLinks>> all;
        lock (_gate)
        {
            all = _all is null or { IsFaulted: true } or { IsCanceled: true } ? _all = ReadAllAsync(cancellationToken) : _all;
        }

        return await all.WaitAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<FoundLinks>> ReadAllAsync(CancellationToken cancellationToken) => await Task.WhenAll(places.Select(p => ReadAsync(p, cancellationToken)));

    private async Task<FoundLinks> ReadAsync(PackageIndex place, CancellationToken cancellationToken)
    {
        List<string> hostile = [];
        var address = new Uri(place.Address.AbsoluteUri.TrimEnd('/'));
        if (Ends(address.AbsolutePath, s_files))
        {
            var only = new RawFile { Url = address.AbsoluteUri, FileName = null };
            return new FoundLinks(place.Url, PageCleaner.Clean(new RawPage { Files = [only] }, address, place.Url, hostile), hostile);
        }

        if (!address.IsFile)
        {
            KeptPage kept = await fetcher.FetchAsync(place, Ends(address.AbsolutePath, s_pages) ? address : place.Address, null, cancellationToken);
            return new FoundLinks(place.Url, kept.Page ?? throw Absent(place), kept.Hostile);
        }

        string path = address.LocalPath;
        RawPage page = Directory.Exists(path) ? LocalPages.OfFolder(path, hostile)
            : File.Exists(path) ? await LocalPages.OfFileAsync(path, hostile, cancellationToken)
            : throw Absent(place);
        return new FoundLinks(path, page, hostile);
    }

    private static bool Ends(string path, string[] endings) => endings.Any(e => path.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    private static DiagnosticException Absent(PackageIndex place) => new(
        "find-links", $"{(place.Address.IsFile ? place.Address.LocalPath.TrimEnd('/') : place.Url)} is not there.", "--find-links names a folder with packages, a page with links to them, or one package.");
}

/// <summary>What one place of <c>--find-links</c> has.</summary>
/// <param name="Name">The place, without secrets.</param>
/// <param name="Page">Its files, of all projects.</param>
/// <param name="Hostile">Names that were refused.</param>
internal sealed record FoundLinks(string Name, RawPage Page, IReadOnlyList<string> Hostile);
