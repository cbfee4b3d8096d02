using Slipway.Foundation.Text;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;
using Slipway.Toml;

namespace Slipway.PyPi.Files;

/// <summary>Requirements and versions that stand as texts in a TOML file.</summary>
/// <param name="source">The file; diagnostics show it without credentials.</param>
/// <param name="problems">Takes what is wrong.</param>
internal sealed class TomlRequirements(SourceText source, ICollection<Diagnostic> problems)
{
    private readonly SourceText _shown = UrlCredentials.Mask(source);

    /// <summary>The file as diagnostics show it.</summary>
    public SourceText Shown => _shown;

    /// <summary>A requirement (PEP 508, nothing else).</summary>
    public WrittenRequirement? Read(TomlString text)
    {
        if (!Requirement.TryParse(text.Value, out Requirement? requirement, out RequirementSyntaxException? problem))
        {
            // Between the quotes a character stands for itself unless there are escapes.
            bool isPlain = text.Span.Length == text.Value.Length + 2;
            TextSpan span = isPlain ? new TextSpan(text.Span.Start + 1 + Math.Min(problem.Position, text.Value.Length), 1) : text.Span;
            problems.Add(new Diagnostic(
                Severity.Error, "bad-requirement", $"\"{UrlCredentials.Mask(text.Value)}\" is no requirement: {UrlCredentials.Mask(problem.Message)}", _shown, span,
                "a requirement is for example \"requests>=2.31,<3\" or \"name @ https://…\"; paths and options of pip cannot stand here"));
            return null;
        }

        return Of(requirement, text.Value, text.Span);
    }

    /// <summary>A requirement that was put together from several values.</summary>
    public WrittenRequirement Of(Requirement requirement, string text, TextSpan span) => WrittenRequirement.Of(requirement, text, span, _shown);

    /// <summary>All requirements of an array.</summary>
    public IReadOnlyList<WrittenRequirement> ReadAll(IReadOnlyList<TomlString>? texts) => [.. (texts ?? []).Select(Read).OfType<WrittenRequirement>()];

    /// <summary>Versions, such as those of Python; null when they are not there or wrong.</summary>
    public VersionSpecifiers? Specifiers(TomlString? text)
    {
        if (text is null)
        {
            return null;
        }

        if (VersionSpecifiers.TryParse(text.Value, out VersionSpecifiers? specifiers, out string? problem))
        {
            return specifiers;
        }

        Report("bad-versions", $"\"{text.Value}\" asks for no versions: {problem}", text.Span, "for example \">=3.11\" or \">=3.11,<3.14\"");
        return null;
    }

    /// <summary>Reports a mistake.</summary>
    public void Report(string code, string message, TextSpan span, string? help = null, Severity severity = Severity.Error) => problems.Add(new Diagnostic(severity, code, UrlCredentials.Mask(message), _shown, span, help));
}
