using System.Text.RegularExpressions;
using Slipway.Conda.Matching;
using Slipway.Conda.Versions;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Files;

/// <summary>Looks at a match spec that a person wrote, and says which language it may have been meant in when it is none.</summary>
public static partial class SpecCheck
{
    /// <summary>Reports what is wrong with a spec: an error when no client reads it, a warning when clients read it differently.</summary>
    public static void Run(WrittenText spec, SourceText? source, ICollection<Diagnostic> problems)
    {
        if (MatchSpec.TryParse(spec.Text, ParseMode.Strict, out MatchSpec? strict, out string? problem))
        {
            CheckNumbers(spec, strict, source, problems);
            return;
        }

        bool read = MatchSpec.TryParse(spec.Text, ParseMode.Lenient, out MatchSpec? lenient, out _);
        problems.Add(new Diagnostic(
            read ? Severity.Warning : Severity.Error,
            "bad-spec",
            read ? $"{problem} It was taken as {lenient}." : problem!,
            source,
            spec.Span,
            HelpFor(spec.Text)));
    }

    // Channels have longer ones (dates with times), which are compared all the same; whoever writes one should know that not every client does.
    private static void CheckNumbers(WrittenText written, MatchSpec spec, SourceText? source, ICollection<Diagnostic> problems)
    {
        if (spec is { Version: { } version, Url: null } && Digits().Matches(version.ToString()).FirstOrDefault(m => !int.TryParse(m.ValueSpan, out _)) is { } number)
        {
            problems.Add(new Diagnostic(
                Severity.Warning, "long-number", $"the number {number.Value} in a version is above 2147483647, which is more than versions may have (CEP 33)", source, written.Span,
                "It is compared as a number here; other programs may refuse it or compare it otherwise."));
        }
    }

    private static string HelpFor(string text) => Requirement().IsMatch(text) || text.StartsWith('-') || text.Contains("git+", StringComparison.Ordinal)
        ? "this is how pip writes it: put it under \"- pip:\""
        : Assignment().IsMatch(text) ? "this is how pixi.toml writes it; here it is: name VERSION, for example numpy >=1.20"
        : "a package is for example numpy, numpy=1.26, \"numpy >=1.20,<2\" or conda-forge::numpy";

    // name[extra], name ~= 1, name; marker, name @ address
    [GeneratedRegex(@"^[\w.-]+\s*(?:\[[\w\s,.-]+\]|===|@|.*;)")]
    private static partial Regex Requirement();

    [GeneratedRegex("[0-9]{10,}")]
    private static partial Regex Digits();

    [GeneratedRegex(@"^[\w.-]+\s*=\s*[""{]")]
    private static partial Regex Assignment();
}
