using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Slipway.Testing.Registry;

public sealed partial class InMemoryRegistry
{
    private const string Token = "token-of-the-test";

    private async Task RouteAsync(HttpListenerContext context, RegistryFault? fault)
    {
        HttpListenerRequest request = context.Request;
        HttpListenerResponse response = context.Response;
        string path = request.Url!.AbsolutePath, method = request.HttpMethod;
        if (path == "/token")
        {
            await GiveTokenAsync(request, response);
        }
        else if (!MayPass(request, response))
        {
            // Answered already.
        }
        else if (Refusal is not null)
        {
            Answer(response, 418, Refusal);
        }
        else if (path == "/v2/")
        {
            Answer(response, 200, "{}");
        }
        else if (Match(@"^/v2/(.+)/tags/list$") is { } tags)
        {
            ListTags(response, tags[1].Value);
        }
        else if (Match("^/v2/(.+)/manifests/([^/]+)$") is { } manifest)
        {
            await ManifestAsync(request, response, manifest[1].Value, manifest[2].Value, fault);
        }
        else if (Match("^/v2/(.+)/blobs/uploads/([^/]*)$") is { } upload)
        {
            await UploadAsync(request, response, upload[1].Value, upload[2].Value, fault);
        }
        else if (Match("^/v2/(.+)/blobs/([^/]+)$") is { } blob && _blobs.TryGetValue((blob[1].Value, blob[2].Value), out byte[]? bytes))
        {
            await SendAsync(request, response, bytes, fault);
        }
        else
        {
            Answer(response, 404, """{"errors":[{"code":"BLOB_UNKNOWN","message":"blob unknown to registry"}]}""");
        }

        GroupCollection? Match(string pattern) => Regex.Match(path, pattern) is { Success: true } match ? match.Groups : null;
    }

    private bool MayPass(HttpListenerRequest request, HttpListenerResponse response)
    {
        string? wanted = WantsToken ? "Bearer " + Token : WantsBasic ? Basic() : null;
        if (wanted is null || request.Headers["Authorization"] == wanted)
        {
            return true;
        }

        response.AddHeader("WWW-Authenticate", WantsToken ? $"""Bearer realm="http://{Host}/token",service="test, registry",error="x" """ : "Basic realm=test");
        Answer(response, 401, """{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}""");
        return false;
    }

    private async Task GiveTokenAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        bool isExchange = request.HttpMethod == "POST";
        bool known = isExchange
            ? Encoding.UTF8.GetString(await ReadAsync(request)).Contains($"grant_type=refresh_token&service=test%2C+registry&client_id=slipway&refresh_token={IdentityToken}&")
            : Login is null || request.Headers["Authorization"] == Basic();
        string refresh = IdentityToken is not null && request.QueryString["offline_token"] == "true" ? $$""","refresh_token":"{{IdentityToken}}" """ : "";
        Answer(response, known ? 200 : 401, known ? $$"""{"{{(isExchange ? "access_token" : "token")}}":"{{Token}}","expires_in":300{{refresh}}}""" : "{}");
    }

    private string Basic() => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Login ?? ""));

    private void ListTags(HttpListenerResponse response, string repository)
    {
        string[] tags = [.. _manifests.Keys.Where(key => key.Repository == repository && !key.Reference.Contains(':', StringComparison.Ordinal)).Select(key => $"\"{key.Reference}\"").Order()];
        Answer(response, tags.Length > 0 ? 200 : 404, $$"""{"name":"{{repository}}","tags":[{{string.Join(',', tags)}}]}""");
    }

    private async Task ManifestAsync(HttpListenerRequest request, HttpListenerResponse response, string repository, string reference, RegistryFault? fault)
    {
        if (request.HttpMethod == "PUT")
        {
            AddManifest(repository, reference, request.ContentType ?? "", await ReadAsync(request));
            Answer(response, 201, "");
        }
        else if (_manifests.TryGetValue((repository, reference), out (string Type, byte[] Bytes) manifest))
        {
            response.ContentType = manifest.Type;
            response.AddHeader("Docker-Content-Digest", DigestOf(fault is { Kind: FaultKind.OtherDigest } ? [1, .. manifest.Bytes] : manifest.Bytes));
            await SendAsync(request, response, manifest.Bytes, fault);
        }
        else
        {
            Answer(response, 404, """{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}""");
        }
    }

    private async Task SendAsync(HttpListenerRequest request, HttpListenerResponse response, byte[] bytes, RegistryFault? fault)
    {
        bytes = fault?.Kind switch
        {
            FaultKind.Corrupt => [.. bytes.Select(b => (byte)(b ^ 1))],
            FaultKind.Truncate => bytes[..fault.After],
            FaultKind.Overlong => [.. bytes, 1, 2, 3],
            _ => bytes,
        };
        int from = 0;
        if (KnowsRanges && request.Headers["Range"] is { } range && Regex.Match(range, @"^bytes=(\d+)-$") is { Success: true } match)
        {
            from = int.Parse(match.Groups[1].Value);
            response.StatusCode = 206;
            response.AddHeader("Content-Range", $"bytes {from}-{bytes.Length - 1}/{bytes.Length}");
        }

        if (fault is { Kind: FaultKind.Overlong })
        {
            response.SendChunked = true;
        }
        else
        {
            response.ContentLength64 = bytes.Length - from;
        }

        if (request.HttpMethod == "HEAD")
        {
            response.Close();
        }
        else if (fault is { Kind: FaultKind.Disconnect })
        {
            await response.OutputStream.WriteAsync(bytes.AsMemory(from, Math.Min(fault.After, bytes.Length - from)));
            await response.OutputStream.FlushAsync();
            response.Abort();
        }
        else
        {
            await response.OutputStream.WriteAsync(bytes.AsMemory(from));
            response.Close();
        }
    }

    private static async Task<byte[]> ReadAsync(HttpListenerRequest request)
    {
        using var content = new MemoryStream();
        await request.InputStream.CopyToAsync(content);
        return content.ToArray();
    }
}
