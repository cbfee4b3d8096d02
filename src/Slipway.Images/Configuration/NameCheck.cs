using Slipway.Images.Model;
using Slipway.Images.Registry.Policy;

namespace Slipway.Images.Configuration;

/// <summary>Whether a text is the beginning of names: <c>host[:port][/path]</c>.</summary>
internal static class NameCheck
{
    /// <summary>What is wrong with it and what to write, or null.</summary>
    public static (string Message, string Help)? Problem(string text, bool mayBeWildcard)
    {
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0)
        {
            string rest = text[(scheme + 3)..].TrimEnd('/');
            bool plain = text.StartsWith("http:", StringComparison.OrdinalIgnoreCase);
            return ($"'{text}' is an address; the beginning of image names is expected", $"write {rest}{(plain ? " and insecure: true" : "")}");
        }

        if (text.EndsWith('/'))
        {
            return ($"'{text}' ends in a slash", $"write {text.TrimEnd('/')}");
        }

        bool wildcard = text.StartsWith(RegistryPrefix.Wildcard, StringComparison.Ordinal);
        if (wildcard && !mayBeWildcard)
        {
            return ($"'{text}' is many hosts; a location is one", "write host[:port][/path]");
        }

        string name = wildcard ? "a" + text[1..] : text;
        (string host, string path) = RegistryPrefix.Split(name);
        if (name.Contains('*', StringComparison.Ordinal))
        {
            return ($"'{text}' has a star in its midst", "a star may only be the first part of the host: *.example.org");
        }

        if (name.Contains('@', StringComparison.Ordinal) || path.Contains(':', StringComparison.Ordinal))
        {
            return ($"'{text}' has a tag or digest; only the beginning of names without it is expected", $"write {host}{path.Split('@', ':')[0]}");
        }

        return ImageReference.TryParse($"{name}/x", out ImageReference? reference) && string.Equals(reference.Registry, host, StringComparison.Ordinal) ? null
            : ImageReference.TryParse(name, out ImageReference? image) && image.Registry == ImageReference.DefaultRegistry
                ? ($"'{text}' names no host; the short names of docker.io are not known here", $"write {image.Name}")
            : ($"'{text}' is no beginning of image names", "write host[:port] or host[:port]/path, in small letters");
    }
}
