using System.Text;
using Slipway.Foundation.Text;
using Slipway.Foundation.Yaml;
using Slipway.Images.Registry.Policy;

namespace Slipway.Images.Configuration;

/// <summary>Reads one file of settings.</summary>
internal sealed class ConfigReader
{
    private const int LongestFile = 1 << 20;
    private readonly SourceText _source;
    private readonly ICollection<Diagnostic> _problems;

    private ConfigReader(SourceText source, ICollection<Diagnostic> problems) => (_source, _problems) = (source, problems);

    /// <summary>Reads the file; null when there is none. What is wrong goes to <paramref name="problems"/>.</summary>
    public static ConfigDocument? TryRead(ConfigPlace place, ICollection<Diagnostic> problems)
    {
        try
        {
            if (new FileInfo(place.Path) is { Exists: true, Length: > LongestFile })
            {
                throw new IOException($"it has more than {LongestFile >> 20} MiB");
            }

            string text = File.ReadAllText(place.Path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            return new ConfigReader(new SourceText(place.Path, text), problems).Read();
        }
        catch (Exception e) when (!place.IsChosen && e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            string why = e is FileNotFoundException or DirectoryNotFoundException ? "it is not there" : e.Message.TrimEnd('.');
            problems.Add(new Diagnostic(Severity.Error, "config-unreadable", $"the settings in {place.Path} cannot be read: {why}",
                Help: place.IsChosen ? "correct or unset SLIPWAY_CONFIG" : "mend the file or its permissions"));
            return null;
        }
    }

    private ConfigDocument Read()
    {
        YamlNode? root = YamlText.Read(_source, _problems);
        if (root is null or YamlScalar { IsNull: true })
        {
            return new ConfigDocument([], null, new CondaConfig(), new PythonConfig());
        }

        if (root is not YamlMap map)
        {
            Report("wrong-kind", $"the file has {root.Kind} where the keys registries, store, conda and python are expected", root, "begin with registries:");
            return new ConfigDocument([], null, new CondaConfig(), new PythonConfig());
        }

        var fields = new YamlFields(_source, map, "the settings", ["registries", "store", "conda", "python"], _problems);
        return new ConfigDocument(
            Rules(fields.Node("registries")),
            Keep(fields.Node("store")),
            new CondaSectionReader(_source, _problems).Read(fields.Node("conda")),
            new PythonSectionReader(_source, _problems).Read(fields.Node("python")));
    }

    private StoreKeep? Keep(YamlNode? store)
    {
        if (store is not null and not YamlMap)
        {
            Report("wrong-kind", $"'store' has {store.Kind} where keys are expected", store, "write store: { keep: 50GB }");
        }

        if (store is not YamlMap map || new YamlFields(_source, map, "store", ["keep"], _problems).Scalar("keep", "a size") is not { } scalar)
        {
            return null;
        }

        StoreKeep? keep = StoreKeep.TryParse(scalar.Value.Trim(), new ConfigMark(_source, scalar.Span));
        if (keep is null)
        {
            Report("bad-size", $"'{scalar.Value}' is no size for the store", scalar, "write a size such as 50GB, a share of the disk such as 20%, or off");
        }

        return keep;
    }

    // A list of maps with a prefix each, or a map from prefixes.
    private List<RegistryRule> Rules(YamlNode? registries)
    {
        IEnumerable<(YamlScalar? Prefix, YamlNode Value)> entries = registries switch
        {
            null => [],
            YamlList list => list.Items.Select(item => ((YamlScalar?)null, item)),
            YamlMap map => map.Entries.Select(entry => ((YamlScalar?)entry.Key, entry.Value)),
            _ => Refuse(),
        };
        List<RegistryRule> rules = [];
        foreach ((YamlScalar? prefix, YamlNode value) in entries)
        {
            if (Rule(prefix, value) is not { } rule)
            {
                continue;
            }

            if (rules.Find(other => string.Equals(other.Prefix, rule.Prefix, StringComparison.OrdinalIgnoreCase)) is { } first)
            {
                _problems.Add(new Diagnostic(
                    Severity.Error, "duplicate-prefix", $"'{rule.Prefix}' was decided already in line {_source.PositionAt(first.Mark.Span.Start).Line}", _source, rule.Mark.Span, "join the two"));
                continue;
            }

            rules.Add(rule);
        }

        return rules;

        IEnumerable<(YamlScalar?, YamlNode)> Refuse()
        {
            Report("wrong-kind", $"'registries' has {registries.Kind} where a list, or a map from prefixes, is expected", registries, "write the prefix of the names and a colon: docker.io:");
            return [];
        }
    }

    private RegistryRule? Rule(YamlScalar? key, YamlNode value)
    {
        string[] known = ["location", "mirrors", "insecure", "ca", "blocked"];
        YamlMap? map = value as YamlMap ?? (key is not null && value is YamlScalar { IsNull: true } ? new YamlMap(value.Span, []) : null);
        if (map is null)
        {
            Report("wrong-kind", $"a registry has {value.Kind} where a map is expected", key ?? value, "write a map with keys such as mirrors, location or blocked");
            return null;
        }

        var fields = new YamlFields(_source, map, "a registry", key is null ? ["prefix", .. known] : known, _problems);
        YamlScalar? written = key ?? fields.Scalar("prefix", "the beginning of names") ?? (fields.Scalar("location", "the beginning of names") is { } place ? place : null);
        if (written is null)
        {
            if (fields.Node("prefix") is null)
            {
                Report("missing-key", "a registry in a list needs a 'prefix'", value, "add the beginning of the names it is for: prefix: docker.io");
            }

            return null;
        }

        List<RegistryMirror> mirrors = Mirrors(fields);
        var rule = new RegistryRule(written.Value, new ConfigMark(_source, written.Span))
        {
            Location = fields.Scalar("location", "host[:port][/path]") is { } location ? Location(location) : null,
            IsInsecure = fields.Flag("insecure"),
            IsBlocked = fields.Flag("blocked"),
            Certificates = Certificates(fields),
            Mirrors = mirrors,
        };
        return NameCheck.Problem(written.Value, mayBeWildcard: true) is { } problem ? Wrong("bad-prefix", written, problem) : rule;
    }

    private List<RegistryMirror> Mirrors(YamlFields fields)
    {
        List<RegistryMirror> mirrors = [];
        foreach (YamlNode item in fields.List("mirrors", "a list")?.Items ?? [])
        {
            if (item is YamlScalar { IsNull: false } scalar)
            {
                mirrors.Add(new RegistryMirror(Location(scalar), new ConfigMark(_source, scalar.Span)));
            }
            else if (item is YamlMap map)
            {
                var own = new YamlFields(_source, map, "a mirror", ["location", "insecure", "ca", "pull-from"], _problems);
                if (own.Scalar("location", "host[:port][/path]") is { } location)
                {
                    mirrors.Add(new RegistryMirror(Location(location), new ConfigMark(_source, location.Span))
                    {
                        IsInsecure = own.Flag("insecure"), Certificates = Certificates(own), PullFrom = From(own.Scalar("pull-from", "one word")),
                    });
                }
                else if (own.Node("location") is null)
                {
                    Report("missing-key", "a mirror needs a 'location'", item, "add location: host[:port][/path]");
                }
            }
            else
            {
                Report("wrong-kind", $"a mirror has {item.Kind} where a location is expected", item, "write host[:port][/path], or a map with location:");
            }
        }

        return mirrors;
    }

    private PullFrom From(YamlScalar? scalar)
    {
        string[] words = ["all", "digest-only", "tag-only"];
        int index = scalar is null ? 0 : Array.IndexOf(words, scalar.Value);
        if (index < 0)
        {
            Report("bad-value", $"'pull-from' is all, digest-only or tag-only, not '{scalar!.Value}'", scalar,
                Suggestion.Nearest(scalar.Value, words) is { } near ? $"did you mean '{near}'?" : "leave it away for all");
        }

        return (PullFrom)Math.Max(index, 0);
    }

    private string Location(YamlScalar scalar)
    {
        if (NameCheck.Problem(scalar.Value, mayBeWildcard: false) is { } problem)
        {
            Wrong("bad-location", scalar, problem);
        }

        return scalar.Value;
    }

    /// <summary>Seen from the file's folder; <c>~/</c> is the user's home.</summary>
    private string? Certificates(YamlFields fields)
    {
        if (fields.Scalar("ca", "a file or folder") is not { Value: var path })
        {
            return null;
        }

        string expanded = path.StartsWith("~/", StringComparison.Ordinal) && Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? Path.Combine(home, path[2..]) : path;
        return Path.GetFullPath(expanded, Path.GetDirectoryName(_source.Path)!);
    }

    private RegistryRule? Wrong(string code, YamlScalar scalar, (string Message, string Help) problem)
    {
        Report(code, problem.Message, scalar, problem.Help);
        return null;
    }

    private void Report(string code, string message, YamlNode node, string help) => _problems.Add(new Diagnostic(Severity.Error, code, message, _source, node.Span, help));
}
