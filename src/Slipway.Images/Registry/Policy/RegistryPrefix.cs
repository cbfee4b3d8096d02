namespace Slipway.Images.Registry.Policy;

/// <summary>How the prefix of a rule covers names (containers-registries.conf(5), "Choosing a [[registry]] TOML table").</summary>
internal static class RegistryPrefix
{
    public const string Wildcard = "*.";

    /// <summary>The length of the part of the name that the prefix stands for, or -1 when it does not cover it. Parts of hosts and paths count as wholes.</summary>
    /// <param name="prefix"><c>host[:port][/path]</c> or <c>*.domain[:port][/path]</c>; the latter without a port means all ports.</param>
    /// <param name="name"><c>host[:port][/repository]</c>.</param>
    public static int Match(string prefix, string name)
    {
        if (!prefix.StartsWith(Wildcard, StringComparison.Ordinal))
        {
            return Covers(prefix, name) ? prefix.Length : -1;
        }

        (string domain, string path) = Split(prefix[1..]);
        (string host, string rest) = Split(name);
        string compared = domain.Contains(':', StringComparison.Ordinal) ? host : host.Split(':')[0];
        return compared.Length > domain.Length && compared.EndsWith(domain, StringComparison.OrdinalIgnoreCase) && (path.Length == 0 || Covers(path, rest))
            ? host.Length + path.Length
            : -1;
    }

    /// <summary>Host and path; the path begins with its slash, or is empty.</summary>
    public static (string Host, string Path) Split(string name)
    {
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (name, "") : (name[..slash], name[slash..]);
    }

    private static bool Covers(string prefix, string name) =>
        name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && (name.Length == prefix.Length || name[prefix.Length] == '/');
}
