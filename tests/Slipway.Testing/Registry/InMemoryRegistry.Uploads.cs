using System.Collections.Concurrent;
using System.Net;

namespace Slipway.Testing.Registry;

public sealed partial class InMemoryRegistry
{
    private readonly ConcurrentDictionary<string, MemoryStream> _sessions = new();
    private readonly ConcurrentQueue<(string Method, long Bytes)> _received = new();

    /// <summary>How many bytes of blobs each PATCH and PUT brought, also those that broke.</summary>
    public (string Method, long Bytes)[] Received => [.. _received];

    private async Task UploadAsync(HttpListenerRequest request, HttpListenerResponse response, string repository, string id, RegistryFault? fault)
    {
        string? mount = request.QueryString["mount"], from = request.QueryString["from"];
        if (request.HttpMethod == "POST" && mount is not null && from is not null && Mounts && _blobs.TryGetValue((from, mount), out byte[]? bytes))
        {
            _blobs[(repository, mount)] = bytes;
            Answer(response, 201, "");
        }
        else if (request.HttpMethod == "POST")
        {
            id = Guid.NewGuid().ToString("N");
            (Storage ?? this)._sessions[id] = new MemoryStream();
            Continue(202);
        }
        else if (!_sessions.TryGetValue(id, out MemoryStream? session))
        {
            Answer(response, 404, """{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN","message":"blob upload unknown to registry"}]}""");
        }
        else if (request.HttpMethod == "GET")
        {
            response.AddHeader("Range", $"0-{Math.Max(session.Length - 1, 0)}");
            Continue(204);
        }
        else if (request.HttpMethod == "DELETE")
        {
            _sessions.TryRemove(id, out _);
            Answer(response, 204, "");
        }
        else if (request.HttpMethod == "PATCH" && !TakesParts)
        {
            Answer(response, 405, """{"errors":[{"code":"UNSUPPORTED","message":"no parts"}]}""");
        }
        else if (await ReceiveAsync(request, session, fault))
        {
            if (!KeepsSessions)
            {
                _sessions.TryRemove(id, out _);
            }

            response.StatusCode = 500; // the listener says something if the client listens instead of sending
            response.Abort();
        }
        else if (request.HttpMethod == "PATCH")
        {
            response.AddHeader("Range", $"0-{session.Length - 1}");
            Continue(202);
        }
        else
        {
            _sessions.TryRemove(id, out _);
            byte[] content = session.ToArray();
            bool right = DigestOf(content) == request.QueryString["digest"];
            if (right)
            {
                _blobs[(repository, DigestOf(content))] = content;
                Front?._blobs.TryAdd((repository, DigestOf(content)), content);
            }

            Answer(response, right ? 201 : 400, right ? "" : """{"errors":[{"code":"DIGEST_INVALID","message":"provided digest did not match uploaded content"}]}""");
        }

        void Continue(int status)
        {
            string host = Storage is { } other ? $"http://{other.Host}" : "";
            response.AddHeader("Location", $"{host}/v2/{repository}/blobs/uploads/{id}?state=a%2Fb");
            Answer(response, status, "");
        }
    }

    /// <summary>Takes the request's bytes; true when the fault cuts the connection in their midst.</summary>
    private async Task<bool> ReceiveAsync(HttpListenerRequest request, MemoryStream session, RegistryFault? fault)
    {
        bool breaks = fault is { Kind: FaultKind.Disconnect };
        byte[] content;
        if (breaks)
        {
            content = new byte[fault!.After];
            await request.InputStream.ReadExactlyAsync(content);
        }
        else
        {
            content = await ReadAsync(request);
        }

        if (fault is { Kind: FaultKind.Corrupt } && content.Length > 0)
        {
            content[0] ^= 1;
        }

        session.Write(content);
        _received.Enqueue((request.HttpMethod, content.Length));
        return breaks;
    }
}
