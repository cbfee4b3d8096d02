using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Slipway.Foundation.Text;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Wheels;

namespace Slipway.Environments.Capturing;

/// <summary>
/// Reads what is installed in an environment: a conda environment (<c>conda-meta/</c>, CEP 32) with what pip put into it, a virtual environment, or a folder of modules (<c>.dist-info</c>,
/// PEP 376, 610). Nothing of it is run.
/// </summary>
public sealed partial class EnvironmentCapture
{
    private const string InfoSuffix = ".dist-info";

    // A virtual environment gets them by itself.
    private static readonly string[] s_tools = ["pip", "setuptools", "wheel"];

    private static readonly string[] s_libraries = ["lib", "lib64"];

    private readonly string _prefix;
    private readonly List<Diagnostic> _problems = [];

    private EnvironmentCapture(string prefix) => _prefix = prefix;

    /// <param name="prefix">Its folder.</param>
    /// <exception cref="DiagnosticException">There is no environment in it, or parts of it cannot be had again; all of them.</exception>
    public static CapturedEnvironment Read(string prefix)
    {
        var capture = new EnvironmentCapture(Path.TrimEndingDirectorySeparator(Path.GetFullPath(prefix)));
        CapturedEnvironment read = capture.Read();
        return capture._problems.Count == 0 ? read : throw new DiagnosticException(capture._problems);
    }

    /// <summary>Whether a folder holds an environment.</summary>
    public static bool IsEnvironment(string folder) => Directory.Exists(Path.Combine(folder, "conda-meta")) || File.Exists(Path.Combine(folder, "pyvenv.cfg"));

    private CapturedEnvironment Read()
    {
        string meta = Path.Combine(_prefix, "conda-meta"), settings = Path.Combine(_prefix, "pyvenv.cfg");
        if (Directory.Exists(meta))
        {
            var owned = new HashSet<string>(StringComparer.Ordinal);
            CapturedConda[] conda = [.. Directory.EnumerateFiles(meta, "*.json").Order(StringComparer.Ordinal).Select(file => Record(file, owned)).OfType<CapturedConda>().OrderBy(p => p.Name, StringComparer.Ordinal)];
            return new CapturedEnvironment(_prefix, [.. conda], [.. Distributions(SitesOf(_prefix), owned)], null);
        }

        bool isVirtual = File.Exists(settings);
        string[] sites = isVirtual ? [.. SitesOf(_prefix)] : Directory.Exists(_prefix) && Directory.EnumerateDirectories(_prefix, "*" + InfoSuffix).Any() ? [_prefix] : [];
        if (!isVirtual && sites.Length == 0)
        {
            throw new DiagnosticException("no-environment", $"'{_prefix}' is no environment: it has no conda-meta, no pyvenv.cfg and no {InfoSuffix} folders.", "Name the folder of a conda environment, a virtual environment, or a folder of Python modules.");
        }

        CapturedPython[] all = [.. Distributions(sites, [])];
        HashSet<string> needed = [.. all.Where(p => !s_tools.Contains(p.Name)).SelectMany(p => p.Metadata.RequiresDist).Where(r => r.Marker is null).Select(r => r.Name.Value)];
        return new CapturedEnvironment(
            _prefix, [], [.. all.Where(p => !isVirtual || !s_tools.Contains(p.Name) || needed.Contains(p.Name))],
            Version().Match(isVirtual ? File.ReadAllText(settings) : "") is { Success: true } match ? match.Groups[1].Value : Minor().Match(sites.FirstOrDefault() ?? "") is { Success: true } named ? named.Groups[1].Value : null);
    }

    private static IEnumerable<string> SitesOf(string prefix) => s_libraries.Select(name => new DirectoryInfo(Path.Combine(prefix, name))).Where(folder => folder.Exists && folder.LinkTarget is null)
        .SelectMany(folder => folder.EnumerateDirectories("python*")).Select(python => Path.Combine(python.FullName, "site-packages")).Where(Directory.Exists).Order(StringComparer.Ordinal);

    private CapturedConda? Record(string file, HashSet<string> owned)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
            JsonElement root = document.RootElement;
            foreach (JsonElement path in Items(root, "files"))
            {
                if (Info().Match(path.GetString() ?? "") is { Success: true } info)
                {
                    owned.Add(info.Groups[1].Value);
                }
            }

            string name = root.GetProperty("name").GetString() ?? "", url = Text(root, "url") ?? "";
            if (!url.StartsWith("http", StringComparison.Ordinal) && !url.StartsWith("file:", StringComparison.Ordinal))
            {
                _problems.Add(new Diagnostic(Severity.Error, "unknown-origin", $"the conda package {name} does not say where it came from ({file})", Help: "install it again from a channel, or remove it"));
                return null;
            }

            string[] requested = [.. Items(root, "requested_specs").Select(s => s.GetString()).Append(Text(root, "requested_spec")).OfType<string>().Where(s => s.Length > 0 && s != "None").Distinct()];
            return new CapturedConda
            {
                Name = name,
                Version = root.GetProperty("version").GetString() ?? "",
                FileName = Uri.UnescapeDataString(url[(url.LastIndexOf('/') + 1)..]),
                Url = url,
                Sha256 = Text(root, "sha256"),
                Md5 = Text(root, "md5"),
                Requested = [.. requested],
                Needs = [.. Items(root, "depends").Select(d => d.GetString()?.Split(' ')[0]).OfType<string>()],
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            _problems.Add(new Diagnostic(Severity.Error, "bad-record", $"'{file}' is no record of a package: {e.Message}", Help: "repair the environment with the program that made it"));
            return null;
        }
    }

    // What conda brought is conda's, also where it looks like pip's.
    private List<CapturedPython> Distributions(IEnumerable<string> sites, HashSet<string> owned)
    {
        List<CapturedPython> found = [];
        foreach (string site in sites)
        {
            foreach (string link in Directory.EnumerateFiles(site, "*.egg-link").Order(StringComparer.Ordinal))
            {
                _problems.Add(Editable(Path.GetFileNameWithoutExtension(link)));
            }

            foreach (string folder in Directory.EnumerateDirectories(site, "*" + InfoSuffix).Where(f => !owned.Contains(Path.GetFileName(f))).Order(StringComparer.Ordinal))
            {
                if (Distribution(folder) is { } one)
                {
                    found.Add(one);
                }
            }
        }

        return [.. found.DistinctBy(p => p.Name).OrderBy(p => p.Name, StringComparer.Ordinal)];
    }

    private CapturedPython? Distribution(string folder)
    {
        string metadata = Path.Combine(folder, "METADATA"), origin = Path.Combine(folder, "direct_url.json");
        try
        {
            var read = CoreMetadata.Read(File.ReadAllBytes(metadata));
            DirectUrl? url = File.Exists(origin) ? DirectUrl.Parse(File.ReadAllText(origin)) : null;
            if (url is { DirInfo: not null } or { VcsInfo: not null })
            {
                _problems.Add(url.DirInfo is { IsEditable: true } ? Editable(read.Name) : new Diagnostic(
                    Severity.Error, "not-from-an-index", $"{read.Name} {read.Version} was installed from {url.Url}, which is not an index", Help: "make a wheel of it and put it on an index or into a --find-links folder, or uninstall it"));
                return null;
            }

            return new CapturedPython(read, File.Exists(Path.Combine(folder, "REQUESTED")), url);
        }
        catch (Exception e) when (e is FormatException or JsonException or FileNotFoundException)
        {
            _problems.Add(new Diagnostic(Severity.Error, "bad-record", $"'{folder}' does not describe a distribution: {e.Message}", Help: "reinstall it, or remove what is left of it"));
            return null;
        }
    }

    private static Diagnostic Editable(string name) => new(
        Severity.Error, "editable", $"{name} is installed as a link to a folder (editable), which is nowhere else", Help: "uninstall it, or install it from an index; the project's own files get into the image without being installed");

    private static JsonElement.ArrayEnumerator Items(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex(@"(?:^|/)([^/]+\.dist-info)/")]
    private static partial Regex Info();

    [GeneratedRegex(@"^version(?:_info)?\s*=\s*(\d+\.\d+)", RegexOptions.Multiline)]
    private static partial Regex Version();

    [GeneratedRegex(@"/python(\d+\.\d+)/site-packages$")]
    private static partial Regex Minor();
}
