namespace Slipway.Foundation.Http;

/// <summary>Addresses as they may be shown: redirects of registries carry signatures in the query, and people put passwords before the host.</summary>
public static class SafeAddress
{
    /// <summary>Scheme, host, port and path.</summary>
    public static string Of(Uri address) => address.IsAbsoluteUri
        ? address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
        : address.OriginalString.Split('?', '#')[0];
}
