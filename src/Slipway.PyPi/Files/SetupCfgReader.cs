using System.Text.RegularExpressions;
using Slipway.Foundation.Text;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Files;

/// <summary>What a <c>setup.cfg</c> of setuptools says by itself. A <c>setup.py</c> beside it may say otherwise: then only a build knows.</summary>
public sealed record SetupCfg
{
    /// <summary>The project; null: not said here.</summary>
    public ProjectName? Name { get; init; }

    /// <summary>The Pythons it is for; null: not said here.</summary>
    public VersionSpecifiers? RequiresPython { get; init; }

    /// <summary>What it needs; null: not said here, or by naming a file.</summary>
    public IReadOnlyList<WrittenRequirement>? Dependencies { get; init; }

    /// <summary>What its extras need besides.</summary>
    public IReadOnlyDictionary<ExtraName, IReadOnlyList<WrittenRequirement>> OptionalDependencies { get; init; } = new Dictionary<ExtraName, IReadOnlyList<WrittenRequirement>>();
}

/// <summary>Reads <c>setup.cfg</c>: sections in brackets, <c>key = value</c>, further lines of a value indented, whole-line comments (Python's configparser).</summary>
public static partial class SetupCfgReader
{
    /// <summary>Reads a file.</summary>
    public static SetupCfg Read(SourceText source, ICollection<Diagnostic> problems)
    {
        Dictionary<(string Section, string Key), List<WrittenText>> values = Values(source);
        var read = new RequirementLines(UrlCredentials.Mask(source), problems);
        VersionSpecifiers? python = null;
        if (Single("options", "python_requires") is { } asked && !VersionSpecifiers.TryParse(asked.Text, out python, out string? problem))
        {
            problems.Add(new Diagnostic(Severity.Error, "bad-versions", $"\"{asked.Text}\" asks for no versions: {problem}", source, asked.Span, "for example >=3.11"));
        }

        return new SetupCfg
        {
            Name = ProjectName.TryParse(Single("metadata", "name")?.Text, out ProjectName name) ? name : null,
            RequiresPython = python,
            Dependencies = values.TryGetValue(("options", "install_requires"), out List<WrittenText>? needed) ? read.All(needed) : null,
            OptionalDependencies = values.Where(v => v.Key.Section == "options.extras_require" && ExtraName.TryParse(v.Key.Key, out _)).DistinctBy(v => ExtraName.Parse(v.Key.Key))
                .ToDictionary(v => ExtraName.Parse(v.Key.Key), v => (IReadOnlyList<WrittenRequirement>)(read.All(v.Value) ?? [])),
        };

        WrittenText? Single(string section, string key) => values.GetValueOrDefault((section, key))?.FirstOrDefault();
    }

    // The lines of each value that are not empty.
    private static Dictionary<(string, string), List<WrittenText>> Values(SourceText source)
    {
        Dictionary<(string, string), List<WrittenText>> values = [];
        string section = "";
        List<WrittenText>? open = null;
        for (int line = 1; line <= source.LineCount; line++)
        {
            string text = source.Line(line).ToString(), said = text.Trim();
            int start = source.LineStart(line);
            if (said.Length == 0 || said[0] is '#' or ';')
            {
                continue;
            }

            if (char.IsWhiteSpace(text[0]) && open is not null)
            {
                open.Add(new WrittenText(said, new TextSpan(start + text.Length - text.TrimStart().Length, said.Length)));
            }
            else if (Header().Match(text) is { Success: true } header)
            {
                (section, open) = (header.Groups[1].Value.Trim(), null);
            }
            else if (Assignment().Match(text) is { Success: true } assignment)
            {
                open = values[(section, assignment.Groups[1].Value.Trim().ToLowerInvariant())] = [];
                if (assignment.Groups[2] is { Length: > 0 } value)
                {
                    open.Add(new WrittenText(value.Value, new TextSpan(start + value.Index, value.Length)));
                }
            }
        }

        return values;
    }

    [GeneratedRegex(@"^\[([^\]]+)\]")]
    private static partial Regex Header();

    [GeneratedRegex(@"^([^=:\s][^=:]*?)\s*[=:]\s*(.*?)\s*$")]
    private static partial Regex Assignment();

    private sealed class RequirementLines(SourceText shown, ICollection<Diagnostic> problems)
    {
        // "file: requirements.txt" is for the build; here it is not known.
        public List<WrittenRequirement>? All(List<WrittenText> lines)
        {
            if (lines.Any(l => l.Text.StartsWith("file:", StringComparison.Ordinal)))
            {
                return null;
            }

            List<WrittenRequirement> found = [];
            foreach (WrittenText line in lines)
            {
                if (Requirement.TryParse(line.Text, out Requirement? requirement, out RequirementSyntaxException? problem))
                {
                    found.Add(WrittenRequirement.Of(requirement, line.Text, line.Span, shown));
                }
                else
                {
                    problems.Add(new Diagnostic(
                        Severity.Error, "bad-requirement", $"\"{UrlCredentials.Mask(line.Text)}\" is no requirement: {UrlCredentials.Mask(problem.Message)}", shown, new TextSpan(line.Span.Start + Math.Min(problem.Position, line.Text.Length), 1),
                        "a requirement is for example requests>=2.31"));
                }
            }

            return found;
        }
    }
}
