using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Slipway.Dockerfile;

/// <summary>The words of EXPOSE.</summary>
public static class ExposePorts
{
    /// <summary>The ports such as <c>80/tcp</c>, ranges written out, sorted and each once.</summary>
    /// <remarks>An address and a host port (<c>127.0.0.1:80:80</c>) are accepted and left out, as other builders still do.</remarks>
    /// <exception cref="FormatException">A word is no port.</exception>
    public static IReadOnlyList<string> Parse(IEnumerable<string> words)
    {
        var ports = new SortedSet<(int Port, string Protocol)>(Comparer<(int Port, string Protocol)>.Create(
            (a, b) => a.Port != b.Port ? a.Port.CompareTo(b.Port) : string.CompareOrdinal(a.Protocol, b.Protocol)));
        foreach (string word in words)
        {
            Add(ports, word);
        }

        return [.. ports.Select(p => $"{p.Port}/{p.Protocol}")];
    }

    /// <summary>The word names an address or a host port, which EXPOSE has no use for.</summary>
    public static bool HasHostPart(string word) => word.Contains(':', StringComparison.Ordinal);

    private static void Add(SortedSet<(int Port, string Protocol)> ports, string word)
    {
        (string address, string host, string container) = Split(word);
        (string range, string protocol) = SplitProtocol(word, container);
        CheckAddress(word, address);
        (int first, int last) = Range(word, range, "containerPort");
        if (host.Length > 0)
        {
            (int firstHost, int lastHost) = Range(word, host, "hostPort");
            if (last != first && last - first != lastHost - firstHost)
            {
                throw Invalid(word, $"invalid ranges specified for container and host Ports: {range} and {host}");
            }
        }

        for (int port = first; port <= last; port++)
        {
            ports.Add((port, protocol));
        }
    }

    private static (string Address, string Host, string Container) Split(string word)
    {
        string[] parts = word.Split(':');
        return parts.Length switch
        {
            1 => ("", "", parts[0]),
            2 => ("", parts[0], parts[1]),
            _ => (string.Join(':', parts[..^2]), parts[^2], parts[^1]),
        };
    }

    private static (string Range, string Protocol) SplitProtocol(string word, string container)
    {
        int slash = container.IndexOf('/', StringComparison.Ordinal);
        string range = slash < 0 ? container : container[..slash];
        string protocol = slash < 0 ? "" : container[(slash + 1)..].ToLowerInvariant();
        if (range.Length == 0)
        {
            throw Invalid(word, "no port specified");
        }

        return protocol switch
        {
            "" => (range, "tcp"),
            "tcp" or "udp" or "sctp" => (range, protocol),
            _ => throw Invalid(word, $"invalid proto: {protocol}; tcp, udp or sctp was expected"),
        };
    }

    private static void CheckAddress(string word, string address)
    {
        string bare = address.StartsWith('[') && address.EndsWith(']') ? address[1..^1] : address;
        bool isAddress = IPAddress.TryParse(bare, out IPAddress? ip)
            && (ip.AddressFamily == AddressFamily.InterNetworkV6 || bare.Count(c => c == '.') == 3);
        if (address.Length > 0 && !isAddress)
        {
            throw Invalid(word, $"invalid IP address: {address}");
        }
    }

    private static (int First, int Last) Range(string word, string text, string what)
    {
        string[] ends = text.Split('-');
        if (ends.Length <= 2
            && ushort.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out ushort first)
            && ushort.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out ushort last)
            && first <= last)
        {
            return (first, last);
        }

        throw Invalid(word, $"invalid {what}: {text}");
    }

    private static FormatException Invalid(string word, string why) => new($"invalid port: \"{word}\": {why}");
}
