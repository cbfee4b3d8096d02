using System.Globalization;
using Slipway.Foundation.Text;
using Slipway.Foundation.Yaml;
using Slipway.Images.Registry.Policy;

namespace Slipway.Images.Configuration;

/// <summary>Reads the part <c>conda:</c> of a file of settings.</summary>
internal sealed class CondaSectionReader(SourceText source, ICollection<Diagnostic> problems)
    : PackageSectionReader(source, problems, new SectionWords("a channel", "a list of channels", "conda-forge", "conda.example.org", "https://conda.anaconda.org"))
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

        var fields = new YamlFields(Source, map, "conda", ["channel_alias", "channels", "default_channels", "channel_priority", "mirrors", "logins", "channel_relations_max_depth"], Problems);
        return new CondaConfig
        {
            ChannelAlias = fields.Scalar("channel_alias", "an address") is { } alias ? Address(alias) : null,
            Channels = Texts(fields, "channels"),
            DefaultChannels = Texts(fields, "default_channels"),
            ChannelPriority = Priority(fields.Scalar("channel_priority", "one word")),
            Mirrors = Mirrors(fields.Node("mirrors")),
            Logins = Logins(fields.Node("logins")),
            RelationDepth = Depth(fields.Scalar("channel_relations_max_depth", "a number")),
            Mark = new ConfigMark(Source, map.Span),
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

    protected override bool HasSecret(Uri address) => address.AbsolutePath.StartsWith("/t/", StringComparison.Ordinal);
}
