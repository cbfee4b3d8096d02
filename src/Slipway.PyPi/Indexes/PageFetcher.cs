using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Slipway.Foundation.Files;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.PyPi.Indexes.Caching;
using Slipway.PyPi.Indexes.Pages;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Indexes;

/// <summary>
/// Asks servers for pages (PEP 503, 691), and only for what is not kept or may have changed. Both forms are asked for at once; the server takes the one it has.
/// </summary>
/// <param name="cache">What was said before.</param>
/// <param name="settings">Mirrors, and who is trusted.</param>
/// <param name="access">Puts logins into requests.</param>
/// <param name="http">Sends the requests to an address, patiently.</param>
/// <param name="clock">Tells what is still fresh.</param>
/// <param name="gate">Bounds how many requests are under way.</param>
internal sealed class PageFetcher(IndexCache cache, IndexSettings settings, IndexAccess access, Func<Uri, HttpPolicy> http, TimeProvider clock, SemaphoreSlim gate)
{
    private const string JsonType = "application/vnd.pypi.simple.v1+json", HtmlType = "application/vnd.pypi.simple.v1+html", InterfacePrefix = "application/vnd.pypi.simple.";
    private const long LargestPage = 512L << 20;
    private static readonly string[] s_accept = [JsonType, HtmlType + ";q=0.2", "text/html;q=0.1"];

    /// <summary>The page of a project; one whose <see cref="KeptPage.Page"/> is null when the index does not have it.</summary>
    /// <exception cref="DiagnosticException">The index cannot be asked, or what it answers is no page.</exception>
    public Task<KeptPage> FetchAsync(PackageIndex index, ProjectName project, CancellationToken cancellationToken) =>
        FetchAsync(index, new Uri(index.Address, Uri.EscapeDataString(project.Value) + "/"), project, cancellationToken);

    /// <summary>A page at any address, for <c>--find-links</c>.</summary>
    /// <exception cref="DiagnosticException">It cannot be had, or is no page.</exception>
    public async Task<KeptPage> FetchAsync(PackageIndex index, Uri address, ProjectName? project, CancellationToken cancellationToken)
    {
        HttpFailureException? failure = null;
        foreach (Uri place in AddressMirrors.PlacesOf(settings.Mirrors, address))
        {
            try
            {
                return await FetchAtAsync(index, place, cancellationToken);
            }
            catch (HttpFailureException e)
            {
                failure = e; // the next mirror may be better
            }
        }

        throw IndexProblems.Unreachable(index, project, failure!);
    }

    private async Task<KeptPage> FetchAtAsync(PackageIndex index, Uri place, CancellationToken cancellationToken)
    {
        string source = place.AbsoluteUri;
        KeptPage? known = cache.Find(source);
        if (known?.IsFresh(clock) == true)
        {
            return known;
        }

        await gate.WaitAsync(cancellationToken);
        try
        {
            return await http(place).RetryAsync(token => AskAsync(index, place, known, token), cancellationToken);
        }
        catch (HttpFailureException e) when (e.Failure == HttpFailure.Offline && known is not null)
        {
            return known;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<KeptPage> AskAsync(PackageIndex index, Uri place, KeptPage? known, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, place);
        foreach (string type in s_accept)
        {
            request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(type));
        }

        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        access.Authorize(request);
        known?.AddConditions(request);
        HttpPolicy policy = http(place);
        using HttpResponseMessage response = await policy.SendOnceAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotModified && known is not null)
        {
            return Keep(known with { FreshUntil = HttpValidity.FreshUntilOf(response, clock) });
        }

        bool isAbsent = response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone || index.AbsentStatuses.Contains((int)response.StatusCode);
        if (!isAbsent && !response.IsSuccessStatusCode)
        {
            throw IndexProblems.Refused(index, place, response.StatusCode);
        }

        var validity = HttpValidity.Of(response, clock);
        var page = new KeptPage { Source = place.AbsoluteUri, EntityTag = validity.EntityTag, LastModified = validity.LastModified, FreshUntil = validity.FreshUntil };
        if (isAbsent)
        {
            return Keep(page with { EntityTag = null, LastModified = null });
        }

        List<string> hostile = [];
        Uri final = response.RequestMessage!.RequestUri!;
        RawPage clean = PageCleaner.Clean(await ReadAsync(policy, response, final, cancellationToken), final, SafeAddress.Of(place), hostile);
        return Keep(page with { Page = clean, Hostile = hostile });
    }

    private KeptPage Keep(KeptPage page)
    {
        cache.Put(page);
        return page;
    }

    private static async Task<RawPage> ReadAsync(HttpPolicy policy, HttpResponseMessage response, Uri address, CancellationToken cancellationToken)
    {
        string name = SafeAddress.Of(address), type = response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant() ?? "";
        Stream body = await policy.OpenBodyAsync(response, cancellationToken);
        if (response.Content.Headers.ContentEncoding.Contains("gzip"))
        {
            body = new GZipStream(body, CompressionMode.Decompress);
        }

        await using Stream limited = new LimitedStream(body, LargestPage, name);
        try
        {
            switch (type)
            {
                case JsonType or "application/json" or "application/vnd.pypi.simple.latest+json":
                    return await JsonPageReader.ReadAsync(limited, name, cancellationToken) is var page && page.ApiVersion is null
                        ? throw IndexProblems.NotAPage(name, "its JSON does not say the version of the index interface (meta: api-version)")
                        : page;
                case HtmlType or "text/html" or "application/xhtml+xml" or "application/vnd.pypi.simple.latest+html":
                    using (var text = new StreamReader(limited, EncodingOf(response), detectEncodingFromByteOrderMarks: true, 32 * 1024))
                    {
                        return await HtmlPageReader.ReadAsync(text, name, cancellationToken);
                    }

                default:
                    throw type.StartsWith(InterfacePrefix, StringComparison.Ordinal)
                        ? IndexProblems.NewerInterface(name, type[InterfacePrefix.Length..])
                        : IndexProblems.NotAPage(name, type.Length == 0 ? "it does not say what it is (Content-Type)" : $"it is {type}");
            }
        }
        catch (JsonException e)
        {
            throw IndexProblems.NotAPage(name, e.BytePositionInLine is null ? "its JSON is broken" : $"its JSON is broken or cut off ({e.Message.Split('.')[0]})");
        }
        catch (InvalidDataException)
        {
            throw new HttpFailureException(HttpFailure.Broken, address, $"{name} ended in the midst of its compressed page.");
        }
    }

    private static Encoding EncodingOf(HttpResponseMessage response)
    {
        try
        {
            return response.Content.Headers.ContentType?.CharSet is { Length: > 0 } set ? Encoding.GetEncoding(set.Trim('"')) : Encoding.UTF8;
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8; // names and addresses are ASCII whatever it is
        }
    }
}
