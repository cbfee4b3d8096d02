using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Slipway.Testing.Http;

namespace Slipway.Testing.Registry;

/// <summary>
/// A registry (distribution-spec 1.1) on a loopback port that keeps all in memory, remembers what it was asked, and does wrong what a test wants.
/// </summary>
public sealed partial class InMemoryRegistry : IDisposable
{
    private readonly LoopbackListener _listener;
    private readonly Lock _gate = new();
    private readonly List<(RegistryFault Fault, int[] Left)> _faults = [];
    private readonly ConcurrentDictionary<(string Repository, string Digest), byte[]> _blobs = new();
    private readonly ConcurrentDictionary<(string Repository, string Reference), (string Type, byte[] Bytes)> _manifests = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<string?> _authorizations = new(), _ranges = new();

    public InMemoryRegistry() => _listener = new LoopbackListener(HandleAsync);

    /// <summary><c>127.0.0.1:PORT</c>.</summary>
    public string Host => _listener.Host;

    /// <summary>Every request so far as <c>METHOD /path?query</c>.</summary>
    public string[] Requests => [.. _requests];

    /// <summary>The Range header of every request.</summary>
    public string?[] Ranges => [.. _ranges];

    /// <summary>The Authorization header of every request.</summary>
    public string?[] Authorizations => [.. _authorizations];

    /// <summary>Whether a token is wanted; it is given by <c>/token</c> to everybody, or only to <see cref="Login"/>.</summary>
    public bool WantsToken { get; set; }

    /// <summary>Whether user and password are wanted directly.</summary>
    public bool WantsBasic { get; set; }

    /// <summary><c>user:password</c>.</summary>
    public string? Login { get; set; }

    /// <summary>A refresh token, taken instead of <see cref="Login"/> and given to a login that asks for one.</summary>
    public string? IdentityToken { get; set; }

    /// <summary>The body of an answer with an odd status to every request that is not for a token; null: none.</summary>
    public string? Refusal { get; set; }

    public bool KnowsRanges { get; set; } = true;

    public bool Mounts { get; set; } = true;

    /// <summary>Whether a blob may come in parts (PATCH).</summary>
    public bool TakesParts { get; set; } = true;

    /// <summary>Where uploads are sent to, if not here: a storage of its own.</summary>
    public InMemoryRegistry? Storage { get; set; }

    /// <summary>The registry that this one is the storage of.</summary>
    public InMemoryRegistry? Front { get; set; }

    /// <summary>Whether a session outlives a connection that breaks.</summary>
    public bool KeepsSessions { get; set; } = true;

    public void Break(RegistryFault fault)
    {
        lock (_gate)
        {
            _faults.Add((fault, [fault.Times]));
        }
    }

    public string AddBlob(string repository, byte[] bytes)
    {
        string digest = DigestOf(bytes);
        _blobs[(repository, digest)] = bytes;
        return digest;
    }

    public string AddManifest(string repository, string tag, string mediaType, byte[] bytes)
    {
        string digest = DigestOf(bytes);
        _manifests[(repository, digest)] = _manifests[(repository, tag)] = (mediaType, bytes);
        return digest;
    }

    public byte[]? Blob(string repository, string digest) => _blobs.GetValueOrDefault((repository, digest));

    public (string Type, byte[] Bytes)? Manifest(string repository, string reference) =>
        _manifests.TryGetValue((repository, reference), out (string, byte[]) found) ? found : null;

    public void Dispose() => _listener.Dispose();

    public static string DigestOf(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    private async Task HandleAsync(HttpListenerContext context)
    {
        string request = $"{context.Request.HttpMethod} {context.Request.RawUrl}";
        _requests.Enqueue(request);
        _ranges.Enqueue(context.Request.Headers["Range"]);
        _authorizations.Enqueue(context.Request.Headers["Authorization"]);
        RegistryFault? fault = NextFault(request);
        if (fault is { Kind: FaultKind.Status })
        {
            context.Response.AddHeader("Retry-After", fault.RetryAfter ?? "0");
            Answer(context.Response, fault.Status, fault.Body);
        }
        else if (fault is { Kind: FaultKind.Redirect })
        {
            context.Response.RedirectLocation = $"{fault.Target}{context.Request.RawUrl}";
            Answer(context.Response, 307, "");
        }
        else
        {
            await RouteAsync(context, fault);
        }
    }

    private RegistryFault? NextFault(string request)
    {
        lock (_gate)
        {
            foreach ((RegistryFault fault, int[] left) in _faults)
            {
                if (left[0] > 0 && request.Contains(fault.Match, StringComparison.Ordinal))
                {
                    left[0]--;
                    return fault;
                }
            }

            return null;
        }
    }

    private static void Answer(HttpListenerResponse response, int status, string body)
    {
        response.StatusCode = status;
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        response.ContentLength64 = bytes.Length;
        response.Close(bytes, willBlock: false);
    }
}
