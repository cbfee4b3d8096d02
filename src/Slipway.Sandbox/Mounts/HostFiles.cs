using System.Text;
using Slipway.Sandbox.Containers;

namespace Slipway.Sandbox.Mounts;

/// <summary>The contents of /etc/hosts, /etc/hostname and /etc/resolv.conf of a container.</summary>
internal static class HostFiles
{
    private const string Defaults = """
        ::1	localhost ip6-localhost ip6-loopback
        fe00::0	ip6-localnet
        ff00::0	ip6-mcastprefix
        ff02::1	ip6-allnodes
        ff02::2	ip6-allrouters

        """;

    /// <param name="hostText">The host's own /etc/hosts, whose names a container in its network can reach; else null.</param>
    public static string Hosts(string hostname, IReadOnlyList<ExtraHost> extra, string? hostText)
    {
        var text = new StringBuilder($"127.0.0.1\tlocalhost {hostname}\n").Append(Defaults);
        foreach (string line in (hostText ?? "").Split('\n').Select(l => l.Split('#')[0].Trim()).Where(l => l.Length > 0 && !IsLocal(l)))
        {
            text.Append(line).Append('\n');
        }

        foreach (ExtraHost host in extra)
        {
            text.Append(host.Address == "host-gateway" ? "127.0.0.1" : host.Address).Append('\t').Append(host.Name).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>What a resolver needs of the host's own file: no comments. Empty when there is none.</summary>
    public static string ResolvConf(string? hostText)
    {
        string[] keywords = ["nameserver", "search", "domain", "options", "sortlist"];
        IEnumerable<string> lines = (hostText ?? "").Split('\n').Select(l => l.Trim())
            .Where(l => keywords.Any(k => l.StartsWith(k + " ", StringComparison.Ordinal) || l.StartsWith(k + "\t", StringComparison.Ordinal)));
        return string.Concat(lines.Select(l => l + "\n"));
    }

    // Loopback names and the host's own name: the container has its own.
    private static bool IsLocal(string line) => line.StartsWith("127.", StringComparison.Ordinal)
        || line.StartsWith("::1", StringComparison.Ordinal) || line.StartsWith("fe00:", StringComparison.Ordinal)
        || line.StartsWith("ff0", StringComparison.Ordinal);
}
