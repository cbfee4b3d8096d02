using System.Diagnostics.CodeAnalysis;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Tags;

/// <summary>The name of a source distribution: project and version (PEP 625, and the older names with dashes, dots and capitals, and <c>.zip</c>).</summary>
public sealed record SourceFileName
{
    private static readonly string[] s_endings = [".tar.gz", ".zip"];

    private SourceFileName(string text, ProjectName project, PythonVersion version) => (Text, Project, Version) = (text, project, version);

    /// <summary>The name as it was written, with its ending.</summary>
    public string Text { get; }

    public ProjectName Project { get; }

    public PythonVersion Version { get; }

    /// <exception cref="FormatException">It is no name of a source distribution.</exception>
    public static SourceFileName Parse(string text) => TryParse(text, out SourceFileName? name)
        ? name
        : throw new FormatException($"'{text}' is no name of a source distribution; one looks like NAME-VERSION.tar.gz.");

    /// <summary>As <see cref="Parse"/>; false where that throws. The version is what follows the last dash.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SourceFileName? name)
    {
        name = null;
        return Stem(text) is { } stem && TrySplit(text, stem, stem.LastIndexOf('-'), out name);
    }

    /// <summary>As the other, where the project is known: old versions have dashes in them, too (<c>foo-1.0-1.tar.gz</c>).</summary>
    public static bool TryParse(string text, ProjectName project, [NotNullWhen(true)] out SourceFileName? name)
    {
        name = null;
        if (Stem(text) is not { } stem)
        {
            return false;
        }

        for (int dash = stem.IndexOf('-'); dash >= 0; dash = stem.IndexOf('-', dash + 1))
        {
            if (TrySplit(text, stem, dash, out name) && name.Project == project)
            {
                return true;
            }
        }

        name = null;
        return false;
    }

    public override string ToString() => Text;

    private static string? Stem(string text) => s_endings.FirstOrDefault(e => text.EndsWith(e, StringComparison.OrdinalIgnoreCase)) is { } ending ? text[..^ending.Length] : null;

    private static bool TrySplit(string text, string stem, int dash, [NotNullWhen(true)] out SourceFileName? name)
    {
        name = dash > 0 && ProjectName.TryParse(stem[..dash], out ProjectName project) && PythonVersion.TryParse(stem[(dash + 1)..], out PythonVersion? version)
            ? new SourceFileName(text, project, version)
            : null;
        return name is not null;
    }
}
