using System.Text.RegularExpressions;
using Slipway.Conda.Records;
using Slipway.Foundation.Text;
using Slipway.Foundation.Yaml;

namespace Slipway.Conda.Files;

/// <summary>Reads <c>environment.yml</c> (CEP 24), with both dialects of selectors.</summary>
public static partial class EnvironmentFileReader
{
    private const string Channels = "channels", Dependencies = "dependencies", Variables = "variables", Platforms = "platforms";

    private static readonly string[] s_keys = ["name", "prefix", Channels, Dependencies, Variables, Platforms, "category"];

    /// <summary>Reads a file as it holds for one platform.</summary>
    /// <param name="source">The file.</param>
    /// <param name="subdir">The platform, such as <c>linux-64</c>.</param>
    /// <param name="problems">Takes errors and warnings.</param>
    /// <returns>What was understood; null when the file is no map.</returns>
    public static EnvironmentFile? Read(SourceText source, string subdir, ICollection<Diagnostic> problems)
    {
        SourceText chosen = ChooseLines(source, subdir, problems);
        YamlNode? root = YamlText.Read(chosen, problems);
        if (root is not YamlMap map)
        {
            if (root is not null || problems.All(p => p.Severity != Severity.Error))
            {
                problems.Add(new Diagnostic(
                    Severity.Error, "no-environment", "an environment file is a map with dependencies:", source, root?.Span ?? default, "write dependencies: and a list of packages"));
            }

            return null;
        }

        return new Reading(source, subdir, problems).Map(map);
    }

    /// <summary>As the other.</summary>
    /// <exception cref="DiagnosticException">The file has errors; all of them.</exception>
    public static EnvironmentFile Read(SourceText source, string subdir)
    {
        List<Diagnostic> problems = [];
        EnvironmentFile? file = Read(source, subdir, problems);
        return file is not null && problems.All(p => p.Severity != Severity.Error)
            ? file
            : throw new DiagnosticException([.. problems.Where(p => p.Severity == Severity.Error)]);
    }

    // Lines whose condition does not hold become blank; everything else keeps its place.
    private static SourceText ChooseLines(SourceText source, string subdir, ICollection<Diagnostic> problems)
    {
        char[]? text = null;
        for (int line = 1; line <= source.LineCount; line++)
        {
            ReadOnlySpan<char> content = source.Line(line);
            if (!content.Contains('[') || PlatformSelector.OfLine(content) is not { } condition)
            {
                continue;
            }

            var span = new TextSpan(source.LineStart(line) + content.LastIndexOf('[') + 1, condition.Length);
            try
            {
                if (!PlatformSelector.Holds(condition, subdir))
                {
                    (text ??= source.Text.ToCharArray()).AsSpan(source.LineStart(line), content.Length).Fill(' ');
                }
            }
            catch (FormatException e)
            {
                problems.Add(PlatformSelector.IsMeant(condition)
                    ? new Diagnostic(Severity.Error, "bad-selector", e.Message, source, span, "a selector is for example # [linux and x86_64]")
                    : new Diagnostic(Severity.Warning, "no-selector", $"this comment was not taken as a selector: {e.Message}", source, span));
            }
        }

        return text is null ? source : new SourceText(source.Path, new string(text));
    }

    [GeneratedRegex(@"^sel\(\s*([^)]*?)\s*\)$")]
    private static partial Regex SelectorKey();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex VariableName();

    private sealed class Reading(SourceText source, string subdir, ICollection<Diagnostic> problems)
    {
        private static readonly System.Buffers.SearchValues<char> s_notInNames = System.Buffers.SearchValues.Create("/ :#");
        private readonly List<WrittenText> _dependencies = [];
        private List<WrittenText>? _pip;

        public EnvironmentFile Map(YamlMap map)
        {
            Dictionary<string, YamlEntry> entries = [];
            foreach (YamlEntry entry in map.Entries)
            {
                string key = entry.Key.Value;
                if (!s_keys.Contains(key))
                {
                    string? near = Suggestion.Nearest(key, s_keys);
                    Report(Severity.Warning, "unknown-key", $"'{key}' is no key of an environment file and is passed over", entry.Key,
                        near is null ? null : $"did you mean '{near}'?");
                }
                else if (!entries.TryAdd(key, entry))
                {
                    Report("duplicate-key", $"'{key}' is there twice", entry.Key, "keep one of them");
                }
            }

            if (!entries.TryGetValue(Dependencies, out YamlEntry? dependencies))
            {
                Report("no-dependencies", "an environment file needs dependencies:", map, "write dependencies: and a list of packages, be it empty ([])");
            }
            else
            {
                foreach (YamlNode item in Items(dependencies))
                {
                    Dependency(item);
                }
            }

            return new EnvironmentFile
            {
                Source = source,
                Name = Name(entries.GetValueOrDefault("name")),
                Prefix = Text(entries.GetValueOrDefault("prefix")),
                Channels = [.. Texts(entries.GetValueOrDefault(Channels), "a channel")],
                Dependencies = _dependencies,
                Pip = _pip,
                Variables = Map(entries.GetValueOrDefault(Variables)),
                Platforms = [.. Texts(entries.GetValueOrDefault(Platforms), "a platform").Where(IsPlatform).Select(p => p.Text)],
                Category = Text(entries.GetValueOrDefault("category")),
            };
        }

        private void Dependency(YamlNode item)
        {
            switch (item)
            {
                case YamlScalar { IsNull: true }:
                    Report("empty-item", "an item of the list is empty", item, "write a package or remove the dash");
                    break;
                case YamlScalar spec:
                    Spec(spec);
                    break;
                case YamlMap part:
                    foreach (YamlEntry entry in part.Entries)
                    {
                        Part(entry);
                    }

                    break;
                default:
                    Report("wrong-kind", $"{item.Kind} is no dependency", item, "write one package an item");
                    break;
            }
        }

        private void Part(YamlEntry entry)
        {
            string key = entry.Key.Value;
            if (SelectorKey().Match(key) is { Success: true } selector)
            {
                string system = selector.Groups[1].Value;
                if (!PlatformSelector.Systems.Contains(system))
                {
                    Report("bad-selector", $"sel() knows {string.Join(", ", PlatformSelector.Systems)}, not '{system}'", entry.Key, "other conditions are written behind the line: # [linux and x86_64]");
                }
                else if (entry.Value is not YamlScalar { IsNull: false } spec)
                {
                    Report("wrong-kind", $"'{key}' has {entry.Value.Kind} where a package is expected", entry.Key);
                }
                else if (PlatformSelector.Holds(system, subdir))
                {
                    Spec(spec);
                }
            }
            else if (key == "pip")
            {
                (_pip ??= []).AddRange(Texts(entry, "a requirement"));
            }
            else
            {
                Report("unknown-part", $"'{key}:' names a tool that is not known here; there is 'pip:'", entry.Key,
                    entry.Value is YamlScalar ? $"a package with a version is written without a colon: {key}={(entry.Value as YamlScalar)!.Value}" : "install these packages in a step of their own");
            }
        }

        private void Spec(YamlScalar scalar)
        {
            var written = new WrittenText(scalar.Value.Trim(), scalar.Span);
            _dependencies.Add(written);
            SpecCheck.Run(written, source, problems);
        }

        private string? Name(YamlEntry? entry)
        {
            string? name = Text(entry);
            if (name is not null && name.AsSpan().ContainsAny(s_notInNames))
            {
                Report("bad-name", $"the name of an environment has no '/', ' ', ':' or '#': '{name}'", entry!.Value, "choose another name");
            }

            return name;
        }

        private List<KeyValuePair<string, string>> Map(YamlEntry? entry)
        {
            List<KeyValuePair<string, string>> found = [];
            if (entry?.Value is not YamlMap map)
            {
                if (entry?.Value is not (null or YamlScalar { IsNull: true }))
                {
                    Report("wrong-kind", $"'{entry.Key.Value}' has {entry.Value.Kind} where a map is expected", entry.Key, "write NAME: VALUE");
                }

                return found;
            }

            foreach (YamlEntry variable in map.Entries)
            {
                if (!VariableName().IsMatch(variable.Key.Value))
                {
                    Report("bad-variable", $"'{variable.Key.Value}' is no name of a variable", variable.Key, "letters, digits and _, not beginning with a digit");
                }
                else if (variable.Value is YamlScalar value)
                {
                    found.Add(new(variable.Key.Value, value.IsNull ? "" : value.Value));
                }
                else
                {
                    Report("wrong-kind", $"the variable '{variable.Key.Value}' has {variable.Value.Kind} where a text is expected", variable.Value);
                }
            }

            return found;
        }

        private bool IsPlatform(WrittenText platform)
        {
            if (platform.Text != Subdirs.NoArch && Subdirs.IsSubdir(platform.Text))
            {
                return true;
            }

            problems.Add(new Diagnostic(Severity.Error, "bad-platform", $"'{platform.Text}' is no platform to install for", source, platform.Span, "write for example linux-64 or linux-aarch64"));
            return false;
        }

        private string? Text(YamlEntry? entry)
        {
            if (entry?.Value is null or YamlScalar { IsNull: true })
            {
                return null;
            }

            if (entry.Value is YamlScalar scalar)
            {
                return scalar.Value;
            }

            Report("wrong-kind", $"'{entry.Key.Value}' has {entry.Value.Kind} where a text is expected", entry.Key);
            return null;
        }

        private IEnumerable<WrittenText> Texts(YamlEntry? entry, string what)
        {
            foreach (YamlNode item in entry is null ? [] : Items(entry))
            {
                if (item is YamlScalar { IsNull: false } scalar)
                {
                    yield return new WrittenText(scalar.Value.Trim(), scalar.Span);
                }
                else
                {
                    Report("wrong-kind", $"{item.Kind} stands where {what} is expected", item);
                }
            }
        }

        private IReadOnlyList<YamlNode> Items(YamlEntry entry)
        {
            if (entry.Value is YamlList list)
            {
                return list.Items;
            }

            if (entry.Value is not YamlScalar { IsNull: true })
            {
                Report("wrong-kind", $"'{entry.Key.Value}' has {entry.Value.Kind} where a list is expected", entry.Key, "write one item a line, each behind a dash");
            }

            return [];
        }

        private void Report(string code, string message, YamlNode node, string? help = null) => Report(Severity.Error, code, message, node, help);

        private void Report(Severity severity, string code, string message, YamlNode node, string? help = null) =>
            problems.Add(new Diagnostic(severity, code, message, source, node.Span, help));
    }
}
