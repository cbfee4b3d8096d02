using System.Collections.Immutable;
using System.Text;
using Slipway.Conda.Matching;
using Slipway.Conda.Versions;
using Slipway.Foundation.Yaml;
using Slipway.PyPi.Files;

namespace Slipway.Environments.Capturing;

/// <summary>The files that ask for what an environment has: only what the user asked for, as far as that is known; the rest is the lock's.</summary>
public static class RecipeText
{
    private const string AnacondaOrg = "https://conda.anaconda.org/";

    /// <summary>The files, name and text: <c>environment.yml</c>, or <c>requirements.txt</c> and <c>runtime.txt</c>.</summary>
    public static ImmutableArray<(string Name, string Text)> Of(CapturedEnvironment environment)
    {
        const string Head = "# Written by \"slipway lock --from-env\"; slipway.lock has the exact packages.\n";
        string[] python = [.. RequestedOf(environment.Python)];
        if (environment.Conda.IsEmpty)
        {
            (string, string) requirements = ("requirements.txt", Head + string.Concat(python.Select(line => line + "\n")));
            return environment.PythonVersion is { } version ? [requirements, ("runtime.txt", $"python-{version}\n")] : [requirements];
        }

        var text = new StringBuilder(Head).Append("channels:\n");
        foreach (IGrouping<string, CapturedConda> channel in environment.Conda.GroupBy(p => ChannelName(p.Channel)).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal))
        {
            text.Append("  - ").Append(YamlPlain.Write(channel.Key)).Append('\n');
        }

        text.Append("dependencies:\n");
        foreach (string spec in RequestedOf(environment.Conda))
        {
            text.Append("  - ").Append(YamlPlain.Write(spec)).Append('\n');
        }

        if (python.Length > 0)
        {
            text.Append("  - pip:\n");
            foreach (string line in python)
            {
                text.Append("    - ").Append(YamlPlain.Write(line)).Append('\n');
            }
        }

        return [("environment.yml", text.ToString())];
    }

    // Without a word of what was asked for: what no other package needs.
    private static IEnumerable<string> RequestedOf(ImmutableArray<CapturedConda> packages)
    {
        HashSet<string> needed = [.. packages.SelectMany(p => p.Needs)];
        bool isKnown = packages.Any(p => !p.Requested.IsEmpty);
        return packages.Where(p => isKnown ? !p.Requested.IsEmpty : !needed.Contains(p.Name)).SelectMany(p => SpecsOf(p)).Distinct();
    }

    // A spec that names a channel or that cannot be read says less than the version.
    private static IEnumerable<string> SpecsOf(CapturedConda package) =>
        package.Requested.Where(text => MatchSpec.TryParse(text, ParseMode.Lenient, out MatchSpec? spec, out _) && spec.ExactName == package.Name && spec.Channel is null).DefaultIfEmpty($"{package.Name}={package.Version}");

    private static IEnumerable<string> RequestedOf(ImmutableArray<CapturedPython> packages)
    {
        HashSet<string> needed = [.. packages.SelectMany(p => p.Metadata.RequiresDist).Select(r => r.Name.Value)];
        return packages.Where(p => p.IsRequested || !needed.Contains(p.Name)).Select(p => p.Origin?.ArchiveInfo is null ? $"{p.Name}=={p.Metadata.Version}" : $"{p.Name} @ {UrlCredentials.Strip(p.Origin.Url)}");
    }

    private static string ChannelName(string address) => address.StartsWith(AnacondaOrg, StringComparison.Ordinal) ? address[AnacondaOrg.Length..] : address;
}
