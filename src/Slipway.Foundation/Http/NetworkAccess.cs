namespace Slipway.Foundation.Http;

/// <summary>
/// Whether the user forbade the network (<c>--offline</c>). One switch for the process, set once when the command line is read, because a code path that forgot to
/// ask would break the promise: every <see cref="HttpPolicy"/> looks here, and there is no other way to send a request.
/// </summary>
public static class NetworkAccess
{
    public static bool IsForbidden { get; set; }
}
