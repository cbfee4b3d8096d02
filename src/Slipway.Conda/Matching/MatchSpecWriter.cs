using System.Buffers;
using System.Text;

namespace Slipway.Conda.Matching;

/// <summary>Writes the canonical text of a spec (CEP 29, appendix A): exact and fuzzy versions before the brackets, everything else inside.</summary>
internal static class MatchSpecWriter
{
    private static readonly SearchValues<char> OnlyInBrackets = SearchValues.Create("><$^|,");

    public static string Write(MatchSpec spec)
    {
        var text = new StringBuilder();
        List<string> brackets = [];
        bool channel = spec.Channel is not null and not "*";
        if (channel)
        {
            text.Append(spec.Channel);
        }

        if (spec.Subdir is not null)
        {
            if (channel)
            {
                text.Append('/').Append(spec.Subdir);
            }
            else
            {
                brackets.Add($"subdir={spec.Subdir}");
            }
        }

        text.Append(channel ? "::" : "").Append(spec.Name.Text);
        bool exact = WriteVersion(spec, text, brackets);
        WriteBuild(spec, exact, text, brackets);
        foreach ((string key, string? value) in new (string, string?)[]
        {
            ("build_number", spec.BuildNumber?.ToString()), ("track_features", spec.TrackFeatures), ("features", spec.Features),
            ("url", channel ? null : spec.Url), ("md5", spec.Md5), ("sha256", spec.Sha256), ("license", spec.License?.Text),
            ("license_family", spec.LicenseFamily?.Text), ("fn", spec.Url is null ? spec.FileName : null),
        })
        {
            if (value is not null)
            {
                brackets.Add(value.AsSpan().ContainsAny(", =") ? $"{key}='{value}'" : $"{key}={value}");
            }
        }

        AddList("extras", spec.Extras, brackets);
        AddList("flags", spec.Flags, brackets);
        if (spec.When is not null)
        {
            string condition = spec.When.ToString()!;
            brackets.Add(condition.Contains('\'') ? $"when=\"{condition}\"" : $"when='{condition}'");
        }

        return (brackets.Count == 0 ? text : text.Append('[').AppendJoin(',', brackets).Append(']')).ToString();
    }

    /// <summary>True when an exact version stands before the brackets.</summary>
    private static bool WriteVersion(MatchSpec spec, StringBuilder text, List<string> brackets)
    {
        string version = spec.Version.Text;
        if (spec.Version.IsAny)
        {
            return false;
        }

        if (version.AsSpan().ContainsAny(OnlyInBrackets) || (spec.Build is not null && version[0] is '!' or '~'))
        {
            brackets.Add($"version='{version}'");
        }
        else if (version[^1] == '*' && version[0] is not ('!' or '~'))
        {
            text.Append('=').Append(version.AsSpan().TrimStart('=').TrimEnd('*').TrimEnd('.'));
        }
        else if (version is ['=', not '=', ..])
        {
            text.Append(version);
        }
        else if (version[0] is '!' or '~' or '=')
        {
            text.Append(version);
            return version[0] == '=';
        }
        else
        {
            text.Append("==").Append(version);
            return true;
        }

        return false;
    }

    private static void WriteBuild(MatchSpec spec, bool exactVersion, StringBuilder text, List<string> brackets)
    {
        if (spec.Build is null)
        {
            return;
        }

        string build = spec.Build.Text;
        if (build.AsSpan().ContainsAny(OnlyInBrackets))
        {
            brackets.Add($"build='{build}'");
        }
        else if (exactVersion && !build.Contains('*'))
        {
            text.Append('=').Append(build);
        }
        else
        {
            brackets.Add($"build={build}");
        }
    }

    private static void AddList(string key, SpecList list, List<string> brackets)
    {
        if (list.Values.Count > 0)
        {
            brackets.Add($"{key}=[{string.Join(',', list.Values)}]");
        }
    }
}
