using System.Text;
using Slipway.Images.Configuration;
using Slipway.Images.Registry.Policy;

namespace Slipway.Cli.Commands.Config;

/// <summary>The settings that hold, as the file of settings would say them, with their places behind them.</summary>
internal static class ConfigText
{
    public static string Of(SlipwayConfig config)
    {
        var text = new StringBuilder();
        foreach (ConfigPlace place in config.Files)
        {
            text.Append($"# {place.Path}{(File.Exists(place.Path) ? "" : " (not there)")}\n");
        }

        text.Append(config.Registries.Rules.Count > 0 ? "registries:\n" : "");
        foreach (RegistryRule rule in config.Registries.Rules)
        {
            Append(rule, text);
        }

        if (config.Keep is { } keep)
        {
            text.Append("store:\n");
            Line(text, 2, $"keep: {keep}", keep.Mark);
        }

        if (config.Conda.Mark is { } mark)
        {
            Line(text, 0, "conda:", mark);
            Append(config.Conda, text);
        }

        if (config.Python.Mark is { } pythonMark)
        {
            Line(text, 0, "python:", pythonMark);
            Append(config.Python, text);
        }

        return text.ToString();
    }

    // Logins are secrets: only for whom there is one.
    private static void Append(CondaConfig conda, StringBuilder text)
    {
        text.Append(conda.ChannelAlias is { } alias ? $"  channel_alias: {alias}\n" : "");
        text.Append(conda.Channels.Count > 0 ? $"  channels: [{string.Join(", ", conda.Channels.Select(c => $"\"{c}\""))}]\n" : "");
        text.Append(conda.DefaultChannels.Count > 0 ? $"  default_channels: [{string.Join(", ", conda.DefaultChannels.Select(c => $"\"{c}\""))}]\n" : "");
        text.Append(conda.ChannelPriority is { } priority ? $"  channel_priority: {priority}\n" : "");
        text.Append(conda.RelationDepth is { } depth ? $"  channel_relations_max_depth: {depth}\n" : "");
        AppendPlaces(conda.Mirrors, conda.Logins, text);
    }

    private static void Append(PythonConfig python, StringBuilder text)
    {
        text.Append(python.Indexes.Count > 0 ? "  indexes:\n" : "");
        foreach (PythonIndexConfig index in python.Indexes)
        {
            string more = (index.IsExplicit ? ", explicit: true" : "") + (index.AbsentStatuses.Count > 0 ? $", absent_statuses: [{string.Join(", ", index.AbsentStatuses)}]" : "");
            text.Append(more.Length == 0 ? $"    {index.Name}: \"{index.Address}\"\n" : $"    {index.Name}: {{ url: \"{index.Address}\"{more} }}\n");
        }

        text.Append(python.Packages.Count > 0 ? $"  packages: {{ {string.Join(", ", python.Packages.Select(p => $"{p.Key}: {p.Value}"))} }}\n" : "");
        text.Append(python.FindLinks.Count > 0 ? $"  find_links: [{string.Join(", ", python.FindLinks.Select(l => $"\"{l}\""))}]\n" : "");
        text.Append(python.IndexStrategy is { } strategy ? $"  index_strategy: {strategy}\n" : "");
        text.Append(python.TrustedHosts.Count > 0 ? $"  trusted_hosts: [{string.Join(", ", python.TrustedHosts.Select(h => $"\"{h}\""))}]\n" : "");
        AppendPlaces(python.Mirrors, python.Logins, text);
    }

    private static void AppendPlaces(IReadOnlyDictionary<string, IReadOnlyList<Uri>> mirrors, IReadOnlyDictionary<string, string> logins, StringBuilder text)
    {
        text.Append(mirrors.Count > 0 ? "  mirrors:\n" : "");
        foreach ((string prefix, IReadOnlyList<Uri> places) in mirrors)
        {
            text.Append($"    \"{prefix}\": [{string.Join(", ", places.Select(p => $"\"{p}\""))}]\n");
        }

        text.Append(logins.Count > 0 ? $"  # logins for {string.Join(", ", logins.Keys)}\n" : "");
    }

    private static void Append(RegistryRule rule, StringBuilder text)
    {
        Line(text, 2, $"\"{rule.Prefix}\":", rule.Mark);
        AppendIf(rule.Location is not null, $"location: {rule.Location}");
        AppendIf(rule.IsBlocked, "blocked: true");
        AppendIf(rule.IsInsecure, "insecure: true");
        AppendIf(rule.Certificates is not null, $"ca: {rule.Certificates}");
        AppendIf(rule.Mirrors.Count > 0, "mirrors:");
        foreach (RegistryMirror mirror in rule.Mirrors)
        {
            Line(text, 6, $"- location: {mirror.Location}", mirror.Mark);
            AppendIf(mirror.IsInsecure, "    insecure: true");
            AppendIf(mirror.Certificates is not null, $"    ca: {mirror.Certificates}");
            AppendIf(mirror.PullFrom != PullFrom.All, $"    pull-from: {(mirror.PullFrom == PullFrom.TagOnly ? "tag-only" : "digest-only")}");
        }

        void AppendIf(bool written, string line)
        {
            if (written)
            {
                text.Append($"    {line}\n");
            }
        }
    }

    private static void Line(StringBuilder text, int indent, string what, ConfigMark mark) => text.Append(' ', indent).Append($"{what,-40}  # {mark}\n");
}
