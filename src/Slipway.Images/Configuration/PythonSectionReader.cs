using System.Globalization;
using System.Text.RegularExpressions;
using Slipway.Foundation.Text;
using Slipway.Foundation.Yaml;
using Slipway.Images.Registry.Policy;

namespace Slipway.Images.Configuration;

/// <summary>Reads the part <c>python:</c> of a file of settings.</summary>
internal sealed partial class PythonSectionReader(SourceText source, ICollection<Diagnostic> problems)
    : PackageSectionReader(source, problems, new SectionWords("an index", "a list", "./wheels", "pypi.example.org", "https://pypi.org"))
{
    private static readonly string[] s_strategies = ["first-index", "unsafe-first-match", "unsafe-best-match"];

    public PythonConfig Read(YamlNode? section)
    {
        if (section is not YamlMap map)
        {
            if (section is not null)
            {
                Report("wrong-kind", $"'python' has {section.Kind} where keys are expected", section, "write python: { indexes: { own: https://pypi.example.org/simple } }");
            }

            return new PythonConfig();
        }

        var fields = new YamlFields(Source, map, "python", ["indexes", "packages", "find_links", "index_strategy", "mirrors", "logins", "trusted_hosts"], Problems);
        List<PythonIndexConfig> indexes = Indexes(fields.Node("indexes"));
        return new PythonConfig
        {
            Indexes = indexes,
            Packages = Packages(fields.Node("packages"), indexes),
            FindLinks = [.. Texts(fields, "find_links").Select(FromHere)],
            IndexStrategy = Strategy(fields.Scalar("index_strategy", "one word")),
            Mirrors = Mirrors(fields.Node("mirrors")),
            Logins = Logins(fields.Node("logins")),
            TrustedHosts = Hosts(fields),
            Mark = new ConfigMark(Source, map.Span),
        };
    }

    private List<PythonIndexConfig> Indexes(YamlNode? node)
    {
        List<PythonIndexConfig> indexes = [];
        foreach (YamlEntry entry in Entries(node, "indexes", "write the name of an index, and its address behind it: own: https://pypi.example.org/simple"))
        {
            string name = entry.Key.Value;
            if (indexes.Any(i => i.Name == name))
            {
                Report("duplicate-key", $"'{name}' is there twice", entry.Key, "keep one of them");
            }
            else if (!IndexName().IsMatch(name))
            {
                Report("bad-name", $"'{name}' is no name for an index", entry.Key, "write letters, digits, '-', '_' and '.'");
            }
            else if (Index(name, entry.Value) is { } index)
            {
                indexes.Add(index);
            }
        }

        return indexes;
    }

    private PythonIndexConfig? Index(string name, YamlNode node)
    {
        if (node is YamlScalar { IsNull: false } alone)
        {
            return Place(alone) is { } place ? new PythonIndexConfig(name, place) : null;
        }

        if (node is not YamlMap map)
        {
            Report("wrong-kind", $"the index '{name}' has {node.Kind} where an address is expected", node, "write its address, or a map with url:");
            return null;
        }

        var fields = new YamlFields(Source, map, "an index", ["url", "explicit", "absent_statuses"], Problems);
        if (fields.Scalar("url", "an address") is not { } url)
        {
            if (fields.Node("url") is null)
            {
                Report("missing-key", $"the index '{name}' needs a 'url'", node, "add url: https://pypi.example.org/simple");
            }

            return null;
        }

        bool isExplicit = fields.Flag("explicit");
        int[] statuses = Statuses(fields);
        return Place(url) is { } written ? new PythonIndexConfig(name, written) { IsExplicit = isExplicit, AbsentStatuses = statuses } : null;
    }

    private int[] Statuses(YamlFields fields)
    {
        List<int> statuses = [];
        foreach (YamlNode item in fields.List("absent_statuses", "a list of numbers")?.Items ?? [])
        {
            if (item is YamlScalar scalar && int.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int status) && status is >= 400 and < 500)
            {
                statuses.Add(status);
            }
            else
            {
                Report("bad-value", "a status with which a server says that it does not have something is a number from 400 to 499", item, "write for example [403]");
            }
        }

        return [.. statuses];
    }

    // A password would be shown with the address; the name of a variable may stand there.
    private string? Place(YamlScalar scalar)
    {
        string text = scalar.Value;
        Match login = Login().Match(text);
        if (login.Success && Variables().Replace(login.Groups[1].Value, "").Trim(':').Length > 0)
        {
            Report("login-in-address", "a login does not belong into this address", scalar, "write it under logins: HOST: user:password, or the names of variables: https://${USER}:${PASSWORD}@HOST/simple");
            return null;
        }

        if (!text.Contains("://", StringComparison.Ordinal))
        {
            return FromHere(text);
        }

        if (!text.StartsWith("https://", StringComparison.Ordinal) && !text.StartsWith("http://", StringComparison.Ordinal) && !text.StartsWith("file://", StringComparison.Ordinal))
        {
            Report("bad-address", $"'{text}' is no address of an index", scalar, "write an address that begins with https://, http:// or file://, or a folder");
            return null;
        }

        return text;
    }

    private Dictionary<string, string> Packages(YamlNode? node, List<PythonIndexConfig> indexes)
    {
        Dictionary<string, string> packages = [];
        foreach (YamlEntry entry in Entries(node, "packages", "write a project and the name of its index: torch: cuda"))
        {
            if (entry.Value is not YamlScalar { IsNull: false } index)
            {
                Report("wrong-kind", $"the index of '{entry.Key.Value}' has {entry.Value.Kind} where the name of an index is expected", entry.Value, "write the name of one of the indexes");
            }
            else if (indexes.Count > 0 && indexes.All(i => i.Name != index.Value))
            {
                Report("unknown-index", $"there is no index '{index.Value}'", index,
                    Suggestion.Nearest(index.Value, [.. indexes.Select(i => i.Name)]) is { } near ? $"did you mean '{near}'?" : $"write one of {string.Join(", ", indexes.Select(i => i.Name))}");
            }
            else if (!packages.TryAdd(entry.Key.Value, index.Value))
            {
                Report("duplicate-key", $"'{entry.Key.Value}' is there twice", entry.Key, "keep one of them");
            }
        }

        return packages;
    }

    private string? Strategy(YamlScalar? scalar)
    {
        if (scalar is not null && !s_strategies.Contains(scalar.Value))
        {
            Report("bad-value", $"'index_strategy' is first-index, unsafe-first-match or unsafe-best-match, not '{scalar.Value}'", scalar,
                Suggestion.Nearest(scalar.Value, s_strategies) is { } near ? $"did you mean '{near}'?" : "leave it away for first-index");
            return null;
        }

        return scalar?.Value;
    }

    private List<string> Hosts(YamlFields fields)
    {
        List<string> hosts = [];
        foreach (YamlNode item in fields.List("trusted_hosts", "a list of hosts")?.Items ?? [])
        {
            if (item is YamlScalar { IsNull: false } scalar && scalar.Value.Length > 0 && !scalar.Value.Contains('/'))
            {
                hosts.Add(scalar.Value);
            }
            else
            {
                Report("bad-host", "a trusted host is written without https:// and without a path", item, "write the host alone, with :PORT if it has one");
            }
        }

        return hosts;
    }

    // Paths are seen from the file's folder, since the file is read from any folder.
    private string FromHere(string path) =>
        path.Contains("://", StringComparison.Ordinal) ? path
        : path.StartsWith("~/", StringComparison.Ordinal) && Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? Path.Combine(home, path[2..])
        : Path.GetFullPath(path, Path.GetDirectoryName(Source.Path)!);

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    private static partial Regex IndexName();

    [GeneratedRegex(@"^[a-z]+://([^/?#]*)@")]
    private static partial Regex Login();

    [GeneratedRegex(@"\$\{[A-Z0-9_]+\}")]
    private static partial Regex Variables();
}
