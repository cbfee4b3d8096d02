namespace Slipway.PyPi.Indexes.Pages;

/// <summary>Reads a page of an index in HTML (PEP 503, 592, 658, 714, 792): every link is a file.</summary>
internal static class HtmlPageReader
{
    private const int MostFiles = 1_000_000;

    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">It cannot be such a page.</exception>
    public static async Task<RawPage> ReadAsync(TextReader text, string name, CancellationToken cancellationToken)
    {
        var tags = new HtmlTags(text, name);
        List<RawFile> files = [];
        var page = new RawPage();
        while (await tags.NextAsync(cancellationToken) is { } tag)
        {
            switch (tag.Name)
            {
                case "a" when tag["href"] is { Length: > 0 } href:
                    files.Add(FileOf(tag, href));
                    break;
                case "base" when page.BaseUrl is null && tag["href"] is { Length: > 0 } href:
                    page = page with { BaseUrl = href };
                    break;
                case "meta":
                    page = WithMeta(page, tag);
                    break;
                case "form":
                    page = page with { HasForm = true };
                    break;
            }

            if (files.Count > MostFiles)
            {
                throw IndexProblems.NotAPage(name, $"it has more than {MostFiles} links");
            }
        }

        return page with { Files = files };
    }

    private static RawFile FileOf(HtmlTag tag, string href)
    {
        int mark = href.IndexOf('#');
        string? metadata = tag["data-core-metadata"] ?? tag["data-dist-info-metadata"];
        return new RawFile
        {
            Url = (mark < 0 ? href : href[..mark]).Trim(),
            Hashes = mark < 0 ? [] : Digests(href[(mark + 1)..].Split('&')),
            RequiresPython = tag["data-requires-python"],
            Yanked = tag["data-yanked"],
            HasMetadata = metadata is not (null or "false"),
            MetadataHashes = metadata is null ? [] : Digests([metadata]),
        };
    }

    private static RawPage WithMeta(RawPage page, HtmlTag tag) => tag["name"]?.ToLowerInvariant() switch
    {
        "pypi:repository-version" => page with { ApiVersion = tag["content"] },
        "pypi:project-status" => page with { Status = tag["content"] },
        "pypi:project-status-reason" => page with { StatusReason = tag["content"] },
        _ => page,
    };

    private static (string, string)[] Digests(IEnumerable<string> texts) =>
        [.. from text in texts let at = text.IndexOf('=') where at > 0 select (text[..at].Trim(), text[(at + 1)..].Trim())];
}
