using System.Collections.Immutable;
using System.Globalization;
using Slipway.Conda.Records;
using Slipway.Conda.Versions;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Foundation.Yaml;
using Slipway.Images.Layers;
using Slipway.PyPi.Builds;
using Slipway.PyPi.Files;

namespace Slipway.Environments.Locking;

/// <summary>Reads <c>slipway.lock</c>. A lock that was changed by hand is checked like anything else that comes from outside.</summary>
public sealed class LockReader
{
    private static readonly string[] s_platformKeys = ["platform", "recipe", "base", "base-digest", "libc", "slim", "apt", "conda", "build", "projects", "python"];
    private static readonly string[] s_aptKeys = ["name", "version", "sha256", "size", "requested"];

    private static readonly string[] s_condaKeys =
    [
        "name", "version", "build", "build-number", "channel", "subdir", "url", "sha256", "md5", "size", "depends", "constrains", "license", "noarch", "python-site-packages", "track-features", "timestamp",
        "purls", "requested", "layer",
    ];

    private static readonly string[] s_pythonKeys = ["name", "version", "url", "revision", "subdirectory", "file", "sha256", "size", "built-with", "requires", "direct", "requested", "layer"];

    private readonly SourceText _source;
    private readonly List<Diagnostic> _problems = [];

    private LockReader(SourceText source) => _source = source;

    /// <exception cref="DiagnosticException">The file is no lock, or has mistakes; all of them.</exception>
    public static EnvironmentLock Read(SourceText source)
    {
        var reader = new LockReader(source);
        EnvironmentLock? file = reader.Root(YamlText.Read(source, reader._problems));
        return file is not null && reader._problems.Count == 0 ? file : throw new DiagnosticException([.. reader._problems]);
    }

    private EnvironmentLock? Root(YamlNode? root)
    {
        if (root is not YamlMap map)
        {
            Report("no-lock", "a lock is a map with version: and platforms:", root?.Span ?? default);
            return null;
        }

        var fields = new YamlFields(_source, map, "a lock", ["version", "platforms"], _problems);
        if (fields.Scalar("version", "a number") is not { Value: "1" } version)
        {
            Report("lock-version", "version 1 of slipway.lock is known, and this is another", fields.Node("version")?.Span ?? map.Span);
            return null;
        }

        return new EnvironmentLock([.. Maps(fields, "platforms", "a platform").Select(Platform).OfType<PlatformLock>().OrderBy(p => p.Platform, StringComparer.Ordinal)]);
    }

    private PlatformLock? Platform(YamlMap map)
    {
        var fields = new YamlFields(_source, map, "a locked platform", s_platformKeys, _problems);
        string? platform = Required(fields, map, "platform"), image = Required(fields, map, "base");
        Digest? recipe = RequiredDigest(fields, map, "recipe"), digest = RequiredDigest(fields, map, "base-digest");
        ImmutableArray<LockedAptPackage> apt = [.. Maps(fields, "apt", "a package").Select(Apt).OfType<LockedAptPackage>()];
        ImmutableArray<LockedCondaPackage> conda = [.. Maps(fields, "conda", "a package").Select(Conda).OfType<LockedCondaPackage>()];
        LockedPythonPackage[] build = [.. Maps(fields, "build", "a wheel").Select(wheel => Python(wheel, [])).OfType<LockedPythonPackage>()];
        ImmutableArray<LockedPythonPackage> python = [.. Maps(fields, "python", "a package").Select(package => Python(package, build)).OfType<LockedPythonPackage>()];
        return platform is null || image is null || recipe is not { } ofRecipe || digest is not { } ofBase ? null : new PlatformLock
        {
            Platform = platform,
            Recipe = ofRecipe,
            Base = image,
            BaseDigest = ofBase,
            LibC = Text(fields, "libc") ?? "",
            Slim = Text(fields, "slim"),
            Apt = apt,
            Conda = conda,
            Python = python,
            Projects = [.. Maps(fields, "projects", "a project").Select(project => Project(project, build)).OfType<LockedProject>()],
        };
    }

    private LockedAptPackage? Apt(YamlMap map)
    {
        var fields = new YamlFields(_source, map, "a locked apt package", s_aptKeys, _problems);
        string? name = Required(fields, map, "name"), version = Required(fields, map, "version"), sha256 = Hash(fields, "sha256", 64);
        if (sha256 is null)
        {
            Report("bad-lock", "the package has no sha256", map.Span);
        }

        return name is null || version is null || sha256 is null ? null : new LockedAptPackage(name, version, sha256, Number(fields, "size") ?? 0, fields.Flag("requested"));
    }

    private LockedCondaPackage? Conda(YamlMap map)
    {
        var fields = new YamlFields(_source, map, "a locked conda package", s_condaKeys, _problems);
        string? name = Required(fields, map, "name"), version = Required(fields, map, "version"), build = Required(fields, map, "build"), url = Required(fields, map, "url");
        string? sha256 = Hash(fields, "sha256", 64), md5 = Hash(fields, "md5", 32);
        if (sha256 is null && md5 is null)
        {
            Report("bad-lock", $"the package {name} has no hash", map.Span);
        }

        if (name is null || version is null || build is null || url is null)
        {
            return null;
        }

        if (!CondaVersion.TryParse(version, out CondaVersion? parsed, out string? problem))
        {
            Report("bad-lock", $"the package {name} has no version: {problem}", map.Span);
            return null;
        }

        return new LockedCondaPackage(
            new PackageRecord
            {
                Name = name,
                Version = parsed,
                Build = build,
                BuildNumber = (ulong)Math.Max(0, Number(fields, "build-number") ?? 0),
                Channel = Text(fields, "channel") ?? "",
                Subdir = Text(fields, "subdir") ?? "",
                FileName = Uri.UnescapeDataString(url[(url.LastIndexOf('/') + 1)..]),
                Url = url,
                Sha256 = sha256,
                Md5 = md5,
                Size = Number(fields, "size"),
                Depends = Texts(fields, "depends"),
                Constrains = Texts(fields, "constrains"),
                License = Text(fields, "license"),
                NoArch = Text(fields, "noarch") switch
                {
                    "python" => NoArchKind.Python,
                    "generic" => NoArchKind.Generic,
                    _ => NoArchKind.None,
                },
                PythonSitePackagesPath = Text(fields, "python-site-packages"),
                TrackFeatures = Texts(fields, "track-features"),
                Timestamp = Number(fields, "timestamp") is { } time and >= 0 and < 253_402_300_800_000 ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null,
                Purls = Texts(fields, "purls"),
            },
            Texts(fields, "requested"),
            Text(fields, "layer") ?? name);
    }

    private LockedPythonPackage? Python(YamlMap map, LockedPythonPackage[] build)
    {
        var fields = new YamlFields(_source, map, "a locked Python package", s_pythonKeys, _problems);
        string? name = Required(fields, map, "name"), version = Required(fields, map, "version"), url = Required(fields, map, "url");
        bool isCommit = url?.StartsWith("git+", StringComparison.Ordinal) == true;
        if (isCommit && !(RepositoryAddress.TryParse(url!, out RepositoryAddress? address) && address.Revision is { Length: 40 or 64 } commit && commit.All(char.IsAsciiHexDigitLower)))
        {
            Report("bad-lock", $"{UrlCredentials.Mask(url!)} names no commit", map.Span);
        }

        if (url?.StartsWith(LockedPythonPackage.Here, StringComparison.Ordinal) == true && !LayerPath.IsNormal(url.AsSpan(LockedPythonPackage.Here.Length)))
        {
            Report("bad-lock", $"'{url}' is no file of the repository", map.Span);
        }

        string? file = isCommit ? "" : Required(fields, map, "file");
        return name is null || version is null || url is null || file is null ? null : new LockedPythonPackage
        {
            Name = name,
            Version = version,
            Url = url,
            FileName = file,
            Sha256 = Hash(fields, "sha256", 64),
            Size = Number(fields, "size"),
            BuiltWith = [.. Texts(fields, "built-with").Select(wheel => BuildWheel(wheel, build, map)).OfType<LockedPythonPackage>()],
            Requires = Texts(fields, "requires"),
            IsDirect = fields.Flag("direct"),
            Revision = Text(fields, "revision"),
            Subdirectory = Text(fields, "subdirectory"),
            IsRequested = fields.Flag("requested"),
            Layer = Text(fields, "layer") ?? name,
        };
    }

    private LockedProject? Project(YamlMap map, LockedPythonPackage[] build)
    {
        var fields = new YamlFields(_source, map, "a project", ["name", "folder", "extras", "built-with"], _problems);
        if (Required(fields, map, "name") is not { } name || Required(fields, map, "folder") is not { } folder)
        {
            return null;
        }

        if (folder != "." && !LayerPath.IsNormal(folder))
        {
            Report("bad-lock", $"'{folder}' is no folder of the repository", map.Span);
            return null;
        }

        return new LockedProject(name, folder == "." ? "" : folder, [.. Texts(fields, "built-with").Select(wheel => BuildWheel(wheel, build, map)).OfType<LockedPythonPackage>()]) { Extras = Texts(fields, "extras") };
    }

    private LockedPythonPackage? BuildWheel(string file, LockedPythonPackage[] build, YamlMap map)
    {
        LockedPythonPackage? wheel = build.FirstOrDefault(p => p.FileName == file);
        if (wheel is null)
        {
            Report("bad-lock", $"it is built with {file}, which is not below 'build'", map.Span);
        }

        return wheel;
    }

    private IEnumerable<YamlMap> Maps(YamlFields fields, string key, string what)
    {
        foreach (YamlNode item in fields.List(key, "a list")?.Items ?? [])
        {
            if (item is YamlMap map)
            {
                yield return map;
            }
            else
            {
                Report("wrong-kind", $"{item.Kind} stands where {what} is expected", item.Span);
            }
        }
    }

    private string? Required(YamlFields fields, YamlMap map, string key)
    {
        string? text = Text(fields, key);
        if (text is null)
        {
            Report("bad-lock", $"'{key}' is missing here", map.Span);
        }

        return text;
    }

    private Digest? RequiredDigest(YamlFields fields, YamlMap map, string key)
    {
        if (Required(fields, map, key) is not { } text)
        {
            return null;
        }

        if (Digest.TryParse(text, out Digest digest))
        {
            return digest;
        }

        Report("bad-lock", $"'{key}' is no digest: {text}", fields.Node(key)!.Span);
        return null;
    }

    private string? Hash(YamlFields fields, string key, int digits)
    {
        if (Text(fields, key) is not { } text)
        {
            return null;
        }

        if (text.Length == digits && text.All(char.IsAsciiHexDigitLower))
        {
            return text;
        }

        Report("bad-lock", $"'{key}' has {digits} hexadecimal digits, not '{text}'", fields.Node(key)!.Span);
        return null;
    }

    private long? Number(YamlFields fields, string key)
    {
        if (fields.Scalar(key, "a number") is not { } scalar)
        {
            return null;
        }

        if (long.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return number;
        }

        Report("bad-lock", $"'{key}' is a number, not '{scalar.Value}'", scalar.Span);
        return null;
    }

    private static string? Text(YamlFields fields, string key) => fields.Scalar(key, "a text")?.Value is { Length: > 0 } text ? text : null;

    private static ImmutableArray<string> Texts(YamlFields fields, string key) => [.. (fields.List(key, "a list")?.Items ?? []).OfType<YamlScalar>().Select(item => item.Value)];

    private void Report(string code, string message, TextSpan span) =>
        _problems.Add(new Diagnostic(Severity.Error, code, message, _source, span, "make the lock again: slipway lock"));
}
