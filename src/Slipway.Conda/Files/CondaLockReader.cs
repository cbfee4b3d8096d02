using Slipway.Conda.Records;
using Slipway.Foundation.Text;
using Slipway.Foundation.Yaml;

namespace Slipway.Conda.Files;

/// <summary>Reads <c>conda-lock.yml</c>, version 1 (CEP 37).</summary>
public static class CondaLockReader
{
    /// <summary>Reads a file; what is wrong is reported, all of it.</summary>
    /// <returns>What was understood; null when the file is no lock.</returns>
    public static LockFile? Read(SourceText source, ICollection<Diagnostic> problems)
    {
        YamlNode? root = YamlText.Read(source, problems);
        if (root is not YamlMap map)
        {
            problems.Add(new Diagnostic(Severity.Error, "no-lock", "a lock file is a map with metadata: and package:", source, root?.Span ?? default, "make it again with \"slipway conda lock\""));
            return null;
        }

        var top = new YamlFields(source, map, "a lock file", ["version", "metadata", "package"], problems);
        if (top.Scalar("version", "a number") is { Value: not "1" } version)
        {
            top.Report("lock-version", $"version {version.Value} of conda-lock.yml is not known; 1 is", version, "make it again with \"slipway conda lock\"");
            return null;
        }

        var metadata = top.Node("metadata") is YamlMap described
            ? new YamlFields(
                source, described, "the metadata of a lock file",
                ["content_hash", "channels", "platforms", "sources", "time_metadata", "git_metadata", "inputs_metadata", "custom_metadata"], problems)
            : null;
        if (metadata is null || top.List("package", "a list of packages") is not { } packages)
        {
            problems.Add(new Diagnostic(Severity.Error, "no-lock", "a lock file needs metadata: and package:", source, map.Span, "make it again with \"slipway conda lock\""));
            return null;
        }

        return new LockFile
        {
            Platforms = Texts(metadata.List("platforms", "a list of platforms")),
            Channels = [.. (metadata.List("channels", "a list of channels")?.Items ?? []).Select(ChannelOf).OfType<string>()],
            Sources = Texts(metadata.List("sources", "a list of files")),
            ContentHashes = TextMap(metadata.Node("content_hash")).DistinctBy(p => p.Key).ToDictionary(),
            Packages = [.. packages.Items.Select(item => Package(source, item, problems)).OfType<LockedPackage>()],
        };
    }

    private static LockedPackage? Package(SourceText source, YamlNode item, ICollection<Diagnostic> problems)
    {
        if (item is not YamlMap map)
        {
            problems.Add(new Diagnostic(Severity.Error, "wrong-kind", $"{item.Kind} stands where a package is expected", source, item.Span));
            return null;
        }

        var fields = new YamlFields(
            source, map, "a locked package",
            ["name", "version", "manager", "platform", "dependencies", "url", "hash", "source", "build", "category", "optional"], problems);
        string? name = Required("name"), version = Required("version"), manager = Required("manager"), platform = Required("platform"), url = Required("url");
        if (manager is not (null or "conda" or "pip"))
        {
            fields.Report("bad-value", $"the manager of a package is conda or pip, not '{manager}'", map);
            return null;
        }

        if (name is null || version is null || manager is null || platform is null || url is null)
        {
            return null;
        }

        Dictionary<string, string> hashes = TextMap(fields.Node("hash")).DistinctBy(p => p.Key).ToDictionary();
        foreach ((string kind, string digest) in hashes)
        {
            if ((kind == "md5" ? 32 : kind == "sha256" ? 64 : 0) != digest.Length || !digest.All(char.IsAsciiHexDigit))
            {
                fields.Report("bad-hash", $"the {kind} of {name} is no hash: '{digest}'", fields.Node("hash")!, "make the lock again");
            }
        }

        var manages = manager == "pip" ? PackageManager.Pip : PackageManager.Conda;
        return new LockedPackage
        {
            Name = name,
            Version = version,
            Manager = manages,
            Platform = platform,
            Url = url,
            Build = fields.Scalar("build", "a text")?.Value is { Length: > 0 } build ? build : manages == PackageManager.Conda ? BuildOf(url) : null,
            Md5 = hashes.GetValueOrDefault("md5")?.ToLowerInvariant(),
            Sha256 = hashes.GetValueOrDefault("sha256")?.ToLowerInvariant(),
            Dependencies = TextMap(fields.Node("dependencies")),
            Category = fields.Scalar("category", "a text")?.Value ?? LockFile.MainCategory,
            IsOptional = fields.Flag("optional"),
        };

        string? Required(string key)
        {
            if (fields.Scalar(key, "a text") is { } scalar)
            {
                return scalar.Value;
            }

            fields.Report("incomplete-package", $"a locked package needs {key}:", map, "make the lock again");
            return null;
        }
    }

    private static string? BuildOf(string url) =>
        PackageFileName.TryParse(Uri.UnescapeDataString(url[(url.LastIndexOf('/') + 1)..]), out PackageFileName? parts) ? parts.Build : null;

    private static string? ChannelOf(YamlNode node) => node switch
    {
        YamlScalar scalar => scalar.Value,
        YamlMap map => map.Entries.FirstOrDefault(e => e.Key.Value == "url")?.Value is YamlScalar url ? url.Value : null,
        _ => null,
    };

    private static IReadOnlyList<string> Texts(YamlList? list) => [.. (list?.Items ?? []).OfType<YamlScalar>().Select(s => s.Value)];

    private static IReadOnlyList<KeyValuePair<string, string>> TextMap(YamlNode? node) =>
        [.. ((node as YamlMap)?.Entries ?? []).Where(e => e.Value is YamlScalar).Select(e => new KeyValuePair<string, string>(e.Key.Value, ((YamlScalar)e.Value).Value))];
}
