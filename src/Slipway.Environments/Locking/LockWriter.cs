using System.Globalization;
using System.Text;
using Slipway.Conda.Records;
using Slipway.Foundation.Yaml;

namespace Slipway.Environments.Locking;

/// <summary>Writes <c>slipway.lock</c>: one line a fact, so that a change of one package is a change of its lines. The same lock gives the same bytes.</summary>
public static class LockWriter
{
    /// <summary>The text.</summary>
    public static string Write(EnvironmentLock file)
    {
        var text = new Text();
        text.Raw("# The exact packages of this environment, found by slipway. Change what you ask for, not this file; \"slipway lock --upgrade\" takes newer packages.");
        text.Raw("version: 1");
        text.Raw("platforms:");
        foreach (PlatformLock platform in file.Platforms)
        {
            Write(platform, text);
        }

        return text.ToString();
    }

    private static void Write(PlatformLock platform, Text text)
    {
        text.Raw($"- platform: {platform.Platform}");
        text.Field("  recipe", platform.Recipe.ToString());
        text.Field("  base", platform.Base);
        text.Field("  base-digest", platform.BaseDigest.ToString());
        text.Field("  libc", platform.LibC);
        text.Field("  slim", platform.Slim);
        if (!platform.Apt.IsEmpty)
        {
            text.Raw("  apt:");
            foreach (LockedAptPackage package in platform.Apt)
            {
                text.Field("  - name", package.Name);
                text.Field("    version", package.Version);
                text.Field("    sha256", package.Sha256);
                text.Number("    size", package.Size);
                text.Flag("    requested", package.IsRequested);
            }
        }

        if (!platform.Conda.IsEmpty)
        {
            text.Raw("  conda:");
            foreach (LockedCondaPackage package in platform.Conda)
            {
                Write(package, text);
            }
        }

        LockedPythonPackage[] build = [.. platform.Python.SelectMany(p => p.BuiltWith).Concat(platform.Projects.SelectMany(p => p.BuiltWith)).DistinctBy(p => p.FileName).OrderBy(p => p.FileName, StringComparer.Ordinal)];
        if (build.Length > 0)
        {
            text.Raw("  build:");
            foreach (LockedPythonPackage package in build)
            {
                File(package, text);
            }
        }

        if (!platform.Projects.IsEmpty)
        {
            text.Raw("  projects:");
            foreach (LockedProject project in platform.Projects)
            {
                text.Field("  - name", project.Name);
                text.Field("    folder", project.Folder.Length > 0 ? project.Folder : ".");
                text.List("    extras", project.Extras);
                text.List("    built-with", [.. project.BuiltWith.Select(p => p.FileName)]);
            }
        }

        if (!platform.Python.IsEmpty)
        {
            text.Raw("  python:");
            foreach (LockedPythonPackage package in platform.Python)
            {
                File(package, text);
                text.List("    built-with", [.. package.BuiltWith.Select(p => p.FileName)]);
                text.List("    requires", package.Requires);
                text.Flag("    direct", package.IsDirect);
                text.Flag("    requested", package.IsRequested);
                text.Field("    layer", package.Layer);
            }
        }
    }

    private static void File(LockedPythonPackage package, Text text)
    {
        text.Field("  - name", package.Name);
        text.Field("    version", package.Version);
        text.Field("    url", package.Url);
        text.Field("    revision", package.Revision);
        text.Field("    subdirectory", package.Subdirectory);
        text.Field("    file", package.FileName);
        text.Field("    sha256", package.Sha256);
        text.Number("    size", package.Size);
    }

    private static void Write(LockedCondaPackage package, Text text)
    {
        PackageRecord record = package.Record;
        text.Field("  - name", record.Name);
        text.Field("    version", record.Version.ToString());
        text.Field("    build", record.Build);
        text.Number("    build-number", (long)record.BuildNumber);
        text.Field("    channel", record.Channel);
        text.Field("    subdir", record.Subdir);
        text.Field("    url", record.Url);
        text.Field("    sha256", record.Sha256);
        text.Field("    md5", record.Md5);
        text.Number("    size", record.Size);
        text.List("    depends", record.Depends);
        text.List("    constrains", record.Constrains);
        text.Field("    license", record.License);
        text.Field("    noarch", record.NoArch == NoArchKind.None ? null : record.NoArch.ToString().ToLowerInvariant());
        text.Field("    python-site-packages", record.PythonSitePackagesPath);
        text.List("    track-features", record.TrackFeatures);
        text.Number("    timestamp", record.Timestamp?.ToUnixTimeMilliseconds());
        text.List("    purls", record.Purls);
        text.List("    requested", package.Requested);
        text.Field("    layer", package.Layer);
    }

    // What is not there is not written.
    private sealed class Text
    {
        private readonly StringBuilder _text = new();

        public void Raw(string line) => _text.Append(line).Append('\n');

        public void Field(string key, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                _text.Append(key).Append(": ").Append(YamlPlain.Write(value.ReplaceLineEndings(" "))).Append('\n');
            }
        }

        public void Number(string key, long? value)
        {
            if (value is { } number)
            {
                _text.Append(CultureInfo.InvariantCulture, $"{key}: {number}\n");
            }
        }

        public void Flag(string key, bool value)
        {
            if (value)
            {
                _text.Append(key).Append(": true\n");
            }
        }

        public void List(string key, IReadOnlyCollection<string> values)
        {
            if (values.Count > 0)
            {
                _text.Append(key).Append(":\n");
                foreach (string value in values)
                {
                    _text.Append("    - ").Append(YamlPlain.Write(value.ReplaceLineEndings(" "))).Append('\n');
                }
            }
        }

        public override string ToString() => _text.ToString();
    }
}
