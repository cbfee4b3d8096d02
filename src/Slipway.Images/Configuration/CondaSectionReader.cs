using System.Globalization;
using Slipway.Foundation.Text;
using Slipway.Foundation.Yaml;
using Slipway.Images.Registry.Policy;

namespace Slipway.Images.Configuration;

/// <summary>Reads the part <c>conda:</c> of a file of settings.</summary>
internal sealed class CondaSectionReader(SourceText source, ICollection<Diagnostic> problems)
{
    private static readonly string[] s_priorities = ["strict", "flexible", "disabled"];

    public CondaConfig Read(YamlNode? section)
    {
        if (section is not YamlMap map)
        {
            if (section is not null)
            {
                Report("wrong-kind", $"'conda' has {section.Kind} where keys are expected", section, "write conda: { channels: [conda-forge] }");
            }

            return new CondaConfig();
        }

        var fields = new YamlFields(source, map, "conda", ["channel_alias", "channels", "default_channels", "channel_priority", "mirrors", "logins", "channel_relations_max_depth"], problems);
        return new CondaConfig
        {
            ChannelAlias = fields.Scalar("channel_alias", "an address") is { } alias ? Address(alias) : null,
            Channels = Texts(fields, "channels"),
            DefaultChannels = Texts(fields, "default_channels"),
            ChannelPriority = Priority(fields.Scalar("channel_priority", "one word")),
            Mirrors = Mirrors(fields.Node("mirrors")),
            Logins = Logins(fields.Node("logins")),
            RelationDepth = Depth(fields.Scalar("channel_relations_max_depth", "a number")),
            Mark = new ConfigMark(source, map.Span),
        };
    }

    private string? Priority(YamlScalar? scalar)
    {
        if (scalar is not null && !s_priorities.Contains(scalar.Value))
        {
            Report("bad-value", $"'channel_priority' is strict, flexible or disabled, not '{scalar.Value}'", scalar,
                Suggestion.Nearest(scalar.Value, s_priorities) is { } near ? $"did you mean '{near}'?" : "leave it away for strict");
            return null;
        }

        return scalar?.Value;
    }

    private int? Depth(YamlScalar? scalar)
    {
        if (scalar is null)
        {
            return null;
        }

        if (int.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int depth))
        {
            return depth;
        }

        Report("bad-value", $"'channel_relations_max_depth' is a whole number, not '{scalar.Value}'", scalar, "leave it away for 10, or write 0 to pass over what channels say of each other");
        return null;
    }

    private Dictionary<string, IReadOnlyList<Uri>> Mirrors(YamlNode? node)
    {
        Dictionary<string, IReadOnlyList<Uri>> mirrors = [];
        foreach (YamlEntry entry in Entries(node, "mirrors", "write the beginning of addresses, and the mirrors behind it: https://conda.anaconda.org: [https://mirror.example.org/conda]"))
        {
            IReadOnlyList<YamlNode> items = entry.Value is YamlList list ? list.Items : [entry.Value];
            Uri[] places = [.. items.Select(item => item is YamlScalar { IsNull: false } scalar ? Address(scalar) : Wrong(item)).OfType<Uri>()];
            if (Address(entry.Key) is { } prefix && places.Length > 0 && !mirrors.TryAdd(prefix.AbsoluteUri.TrimEnd('/'), places))
            {
                Report("duplicate-key", $"'{entry.Key.Value}' is there twice", entry.Key, "join the two");
            }
        }

        return mirrors;

        Uri? Wrong(YamlNode item)
        {
            Report("wrong-kind", $"a mirror has {item.Kind} where an address is expected", item, "write an address such as https://mirror.example.org/conda");
            return null;
        }
    }

    private Dictionary<string, string> Logins(YamlNode? node)
    {
        Dictionary<string, string> logins = [];
        foreach (YamlEntry entry in Entries(node, "logins", "write a host and its login: conda.example.org: user:password"))
        {
            if (entry.Value is not YamlScalar { IsNull: false } login)
            {
                Report("wrong-kind", $"the login of '{entry.Key.Value}' has {entry.Value.Kind} where user:password or a token is expected", entry.Value, "write user:password, or a token");
            }
            else if (entry.Key.Value.Contains('/'))
            {
                Report("bad-host", $"'{entry.Key.Value}' is no host", entry.Key, "write the host alone, with :PORT if it has one");
            }
            else if (!logins.TryAdd(entry.Key.Value, login.Value))
            {
                Report("duplicate-key", $"'{entry.Key.Value}' is there twice", entry.Key, "keep one of them");
            }
        }

        return logins;
    }

    private IReadOnlyList<YamlEntry> Entries(YamlNode? node, string key, string help)
    {
        if (node is not (null or YamlMap))
        {
            Report("wrong-kind", $"'{key}' has {node.Kind} where a map is expected", node, help);
        }

        return (node as YamlMap)?.Entries ?? [];
    }

    private List<string> Texts(YamlFields fields, string key)
    {
        List<string> texts = [];
        foreach (YamlNode item in fields.List(key, "a list of channels")?.Items ?? [])
        {
            if (item is YamlScalar { IsNull: false } scalar)
            {
                texts.Add(scalar.Value);
            }
            else
            {
                Report("wrong-kind", $"a channel has {item.Kind} where a name or an address is expected", item, "write for example conda-forge");
            }
        }

        return texts;
    }

    // A login in an address would be shown with it.
    private Uri? Address(YamlScalar scalar)
    {
        if (!Uri.TryCreate(scalar.Value, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https" or "file"))
        {
            Report("bad-address", $"'{scalar.Value}' is no address of a channel", scalar, "write an address that begins with https://, http:// or file://");
            return null;
        }

        if (address.UserInfo.Length > 0 || address.AbsolutePath.StartsWith("/t/", StringComparison.Ordinal))
        {
            Report("login-in-address", "a login does not belong into this address", scalar, $"write it under logins: {address.Authority}: user:password");
            return null;
        }

        return address;
    }

    private void Report(string code, string message, YamlNode node, string help) => problems.Add(new Diagnostic(Severity.Error, code, message, source, node.Span, help));
}
