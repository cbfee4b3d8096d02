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

        return text.ToString();
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
