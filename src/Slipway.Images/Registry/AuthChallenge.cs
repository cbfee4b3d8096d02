using System.Net.Http.Headers;

namespace Slipway.Images.Registry;

/// <summary>What a registry asks for in <c>WWW-Authenticate</c> (RFC 9110, 11.6.1; distribution's token specification).</summary>
/// <param name="IsBearer">A token is wanted; otherwise user and password.</param>
/// <param name="Realm">Where tokens are given.</param>
/// <param name="Service">What to name there as the service.</param>
internal sealed record AuthChallenge(bool IsBearer, Uri? Realm, string? Service)
{
    /// <summary>The first challenge that can be answered, Bearer before Basic; null when there is none.</summary>
    public static AuthChallenge? Read(HttpResponseHeaders headers)
    {
        AuthChallenge? basic = null;
        foreach (AuthenticationHeaderValue header in headers.WwwAuthenticate)
        {
            if (header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            {
                Dictionary<string, string> parameters = Parameters(header.Parameter ?? "");
                if (parameters.TryGetValue("realm", out string? realm) && Uri.TryCreate(realm, UriKind.Absolute, out Uri? address)
                    && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp))
                {
                    return new AuthChallenge(true, address, parameters.GetValueOrDefault("service"));
                }
            }
            else if (header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
            {
                basic = new AuthChallenge(false, null, null);
            }
        }

        return basic;
    }

    // name="value", name=value; a quoted value may hold commas and \".
    private static Dictionary<string, string> Parameters(string text)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (int at = 0; at < text.Length;)
        {
            int equals = text.IndexOf('=', at);
            if (equals < 0)
            {
                break;
            }

            string name = text[at..equals].Trim(' ', ',', '\t');
            (parameters[name], at) = Value(text, equals + 1);
        }

        return parameters;
    }

    private static (string Value, int Next) Value(string text, int at)
    {
        if (at >= text.Length || text[at] != '"')
        {
            int comma = text.IndexOf(',', at);
            int end = comma < 0 ? text.Length : comma;
            return (text[at..end].Trim(), end);
        }

        var value = new System.Text.StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
            }

            value.Append(text[at]);
        }

        return (value.ToString(), Math.Min(at + 1, text.Length));
    }
}
