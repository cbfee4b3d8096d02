using System.Globalization;
using Slipway.Conda.Records;
using Slipway.Foundation.Text;
using Slipway.Foundation.Yaml;

namespace Slipway.Conda.Files;

/// <summary>
/// Reads <c>pixi.lock</c>, versions 4 to 7: environments name packages by address, a list of packages says more of each. What a version leaves out because the
/// address says it is taken from the address.
/// </summary>
public static class PixiLockReader
{
    private const int Oldest = 4, Newest = 7;

    /// <summary>Reads one environment of a file.</summary>
    /// <param name="source">The file.</param>
    /// <param name="environment">Which environment; <c>default</c> is the one people mean.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <returns>What was understood; null when the file or the environment cannot be read.</returns>
    public static LockFile? Read(SourceText source, string environment, ICollection<Diagnostic> problems)
    {
        YamlNode? root = YamlText.Read(source, problems);
        if (root is not YamlMap map || Field(map, "version") is not YamlScalar version || !int.TryParse(version.Value, CultureInfo.InvariantCulture, out int number))
        {
            Report("no-lock", "a pixi.lock is a map with version:, environments: and packages:", root, "make it again with \"pixi lock\"");
            return null;
        }

        if (number is < Oldest or > Newest)
        {
            Report("lock-version", $"version {number} of pixi.lock is not known; {Oldest} to {Newest} are", version, number < Oldest ? "\"pixi lock\" of a newer pixi rewrites it" : null);
            return null;
        }

        if (Field(map, "environments") is not YamlMap environments || Field(environments, environment) is not YamlMap chosen)
        {
            string known = string.Join(", ", (Field(map, "environments") as YamlMap)?.Entries.Select(e => e.Key.Value) ?? []);
            Report("no-environment", $"the lock has no environment '{environment}'", root, known.Length > 0 ? $"it has {known}" : null);
            return null;
        }

        Dictionary<string, YamlMap> described = Described(map);
        List<LockedPackage> packages = [];
        YamlMap? platforms = Field(chosen, "packages") as YamlMap;
        foreach (YamlEntry platform in platforms?.Entries ?? [])
        {
            foreach (YamlMap reference in ((platform.Value as YamlList)?.Items ?? []).OfType<YamlMap>())
            {
                if (Package(platform.Key.Value, reference, described) is { } package)
                {
                    packages.Add(package);
                }
                else
                {
                    Report("incomplete-package", "a package of a pixi.lock needs an address with its name, version and build", reference, "make it again with \"pixi lock\"");
                }
            }
        }

        return new LockFile
        {
            Platforms = [.. (platforms?.Entries ?? []).Select(p => p.Key.Value)],
            Channels = [.. ((Field(chosen, "channels") as YamlList)?.Items ?? []).Select(c => Text(c as YamlMap, "url") ?? (c as YamlScalar)?.Value).OfType<string>()],
            Packages = packages,
        };

        void Report(string code, string message, YamlNode? node, string? help) =>
            problems.Add(new Diagnostic(Severity.Error, code, message, source, node?.Span ?? default, help));
    }

    // Under the address that environments name it by.
    private static Dictionary<string, YamlMap> Described(YamlMap map)
    {
        Dictionary<string, YamlMap> found = new(StringComparer.Ordinal);
        foreach (YamlMap package in ((Field(map, "packages") as YamlList)?.Items ?? []).OfType<YamlMap>())
        {
            if ((Text(package, "conda") ?? Text(package, "pypi") ?? Text(package, "url") ?? Text(package, "path")) is { } address)
            {
                found.TryAdd(address, package);
            }
        }

        return found;
    }

    private static LockedPackage? Package(string platform, YamlMap reference, Dictionary<string, YamlMap> described)
    {
        bool isConda = Text(reference, "conda") is not null;
        if ((Text(reference, "conda") ?? Text(reference, "pypi")) is not { } url)
        {
            return null;
        }

        YamlMap? more = described.GetValueOrDefault(url);
        string fileName = Uri.UnescapeDataString(url[(url.LastIndexOf('/') + 1)..]);
        PackageFileName? file = isConda && PackageFileName.TryParse(fileName, out PackageFileName? parts) ? parts : null;
        string? name = Text(more, "name") ?? file?.Name, version = Text(more, "version") ?? file?.Version;
        return name is null || (version is null && isConda) ? null : new LockedPackage
        {
            Name = name,
            Version = version ?? "",
            Build = isConda ? Text(more, "build") ?? file?.Build : null,
            Manager = isConda ? PackageManager.Conda : PackageManager.Pip,
            Platform = platform,
            Url = url,
            Md5 = Text(more, "md5")?.ToLowerInvariant(),
            Sha256 = Text(more, "sha256")?.ToLowerInvariant(),
            Dependencies = [.. ((Field(more, isConda ? "depends" : "requires_dist") as YamlList)?.Items ?? []).OfType<YamlScalar>().Select(Dependency)],
        };
    }

    private static KeyValuePair<string, string> Dependency(YamlScalar scalar)
    {
        string text = scalar.Value.Trim();
        int end = text.IndexOfAny([' ', '<', '>', '=', '!', '~', '[', ';', '(']);
        return end < 0 ? new(text, "") : new(text[..end], text[end..].Trim());
    }

    private static YamlNode? Field(YamlMap? map, string key) => map?.Entries.FirstOrDefault(e => e.Key.Value == key)?.Value;

    private static string? Text(YamlMap? map, string key) => Field(map, key) is YamlScalar { IsNull: false } scalar ? scalar.Value : null;
}
