using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Slipway.Foundation.Text;

namespace Slipway.Environments.Recipes;

/// <summary>An R package in a repository's folder, as its <c>DESCRIPTION</c> describes it ("Writing R Extensions", 1.1.1).</summary>
/// <param name="Name">Its name.</param>
/// <param name="CondaSpecs">What conda has to bring for it: R itself and the packages that it needs.</param>
public sealed partial record RPackage(string Name, ImmutableArray<string> CondaSpecs)
{
    private static readonly string[] s_fields = ["Depends", "Imports", "LinkingTo"];

    // They come with R.
    private static readonly string[] s_base =
        ["base", "compiler", "datasets", "grDevices", "graphics", "grid", "methods", "parallel", "splines", "stats", "stats4", "tcltk", "tools", "utils"];

    /// <summary>Reads it.</summary>
    /// <returns>Null when it does not describe an R package: other things have such a file, too.</returns>
    public static RPackage? Read(SourceText source, ICollection<Diagnostic> problems)
    {
        Dictionary<string, (int Start, string Text)> fields = Fields(source.Text);
        if (!fields.TryGetValue("Package", out (int Start, string Text) name) || !fields.ContainsKey("Version"))
        {
            return null;
        }

        if (!PackageName().IsMatch(name.Text.Trim()))
        {
            problems.Add(new Diagnostic(Severity.Error, "bad-description", $"'{name.Text.Trim()}' is no name of an R package", source, new TextSpan(name.Start, name.Text.Length), "write letters, digits and dots, beginning with a letter"));
        }

        List<string> specs = [];
        foreach (string field in s_fields.Where(fields.ContainsKey))
        {
            (int start, string text) = fields[field];
            foreach (Match entry in Entry().Matches(text))
            {
                if (Need().Match(entry.Value) is not { Success: true } need)
                {
                    problems.Add(new Diagnostic(
                        Severity.Error, "bad-description", $"'{entry.Value}' in {field} is no package", source, new TextSpan(start + entry.Index, entry.Length), "write a name, or a name and a version such as dplyr (>= 1.1.0)"));
                }
                else if (!s_base.Contains(need.Groups["name"].Value))
                {
                    specs.Add(SpecOf(need.Groups["name"].Value, need.Groups["operator"].Value, need.Groups["version"].Value));
                }
            }
        }

        return new RPackage(name.Text.Trim(), [.. specs.Where(s => !s.StartsWith("r-base", StringComparison.Ordinal)).Prepend(specs.FirstOrDefault(s => s.StartsWith("r-base ", StringComparison.Ordinal)) ?? "r-base").Distinct()]);
    }

    // Channels call R's packages r-name, and write - of a version as _.
    private static string SpecOf(string name, string comparison, string version)
    {
        string conda = name == "R" ? "r-base" : "r-" + name.ToLowerInvariant();
        return version.Length == 0 ? conda : $"{conda} {comparison}{version.Replace('-', '_')}";
    }

    // Debian control form: a field begins in the first column, and goes on in lines that begin with a space.
    private static Dictionary<string, (int Start, string Text)> Fields(string text)
    {
        var fields = new Dictionary<string, (int Start, string Text)>(StringComparer.Ordinal);
        foreach (Match field in Field().Matches(text))
        {
            fields.TryAdd(field.Groups["name"].Value, (field.Groups["text"].Index, field.Groups["text"].Value));
        }

        return fields;
    }

    [GeneratedRegex(@"^(?<name>[A-Za-z][A-Za-z0-9@_/-]*):(?<text>[^\n]*(?:\n[ \t]+[^\n]*)*)", RegexOptions.Multiline)]
    private static partial Regex Field();

    [GeneratedRegex(@"[^,\s](?:[^,]*[^,\s])?")]
    private static partial Regex Entry();

    [GeneratedRegex(@"\A(?<name>[A-Za-z][A-Za-z0-9.]*)(?:\s*\(\s*(?<operator>>=|<=|==|>|<|!=)\s*(?<version>[0-9]+(?:[.-][0-9]+)*)\s*\))?\z")]
    private static partial Regex Need();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9.]*\z")]
    private static partial Regex PackageName();
}
