using System.Net.Sockets;
using Slipway.Foundation.Linux;

namespace Slipway.Sandbox.Mounts;

/// <summary>
/// A socket with the mode and owner a container needs, each of whose connections is led on to the ssh agent. Not the agent's own
/// socket: an agent talks only to its user and to root, a container's process may be somebody else.
/// </summary>
internal sealed class SshProxy : IDisposable
{
    private readonly Socket _listener;
    private readonly string _agent;

    private SshProxy(Socket listener, string agent) => (_listener, _agent) = (listener, agent);

    /// <summary>
    /// Makes the socket. On the thread that sees <paramref name="path"/> and works in its folder, for socket addresses hold 108 bytes
    /// at most; connections are served elsewhere, from <see cref="Start"/> on.
    /// </summary>
    public static SshProxy Listen(string path, string agent, int permissions, uint uid, uint gid)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path.GetFileName(path)));
        FileMetadata.SetOwner(path, uid, gid);
        FileMetadata.SetPermissions(path, permissions);
        listener.Listen();
        return new SshProxy(listener, agent);
    }

    /// <summary>Serves connections. Not to be called on the run's own thread, for it hands work to the thread pool.</summary>
    public void Start() => _ = Task.Run(AcceptAsync, CancellationToken.None);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptAsync(CancellationToken.None));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // the container has ended
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using Socket fromContainer = client;
        using var toAgent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await toAgent.ConnectAsync(new UnixDomainSocketEndPoint(_agent), CancellationToken.None);
            await Task.WhenAny(CopyAsync(fromContainer, toAgent), CopyAsync(toAgent, fromContainer));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // the agent is gone: the container's program sees its connection closed, as with the agent's own socket
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[16 << 10];
        while (await from.ReceiveAsync(buffer, SocketFlags.None, CancellationToken.None) is > 0 and int length)
        {
            for (int sent = 0; sent < length;)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, length - sent), SocketFlags.None, CancellationToken.None);
            }
        }
    }
}
