using System.CommandLine;
using System.CommandLine.Parsing;
using Slipway.Foundation.Text;

namespace Slipway.Cli;

/// <summary>A wrong command line that the parser itself could not see; exit code 2.</summary>
internal sealed class UsageException(string code, string message, string? help = null) : Exception(message)
{
    public Diagnostic Diagnostic { get; } = new(Severity.Error, code, message, Help: help);
}

/// <summary>Turns the parser's complaints into diagnostics that name the flag a person meant.</summary>
internal static class UsageErrors
{
    public static IReadOnlyList<Diagnostic> Of(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        Diagnostic[] unknown = [.. parsed.UnmatchedTokens.Distinct().Select(t => Unknown(parsed, command, t))];
        return unknown.Length > 0 ? unknown
            : [.. parsed.Errors.Select(e => new Diagnostic(Severity.Error, "usage", e.Message, Help: SeeHelp(parsed)))];
    }

    private static Diagnostic Unknown(ParseResult parsed, Command command, string token)
    {
        if (!token.StartsWith('-'))
        {
            string? verb = Suggestion.Nearest(token, command.Subcommands.Select(c => c.Name));
            return command.Subcommands.Count > 0
                ? new Diagnostic(Severity.Error, "unknown-command", $"there is no command \"{token}\"", Help: verb is null ? SeeHelp(parsed) : $"did you mean {Path(parsed)} {verb}?")
                : new Diagnostic(Severity.Error, "unexpected-argument", $"the argument \"{token}\" is one too many", Help: SeeHelp(parsed));
        }

        return new Diagnostic(Severity.Error, "unknown-flag", $"unknown flag {token}", Help: SeeHelp(parsed));
    }

    private static string SeeHelp(ParseResult parsed) => $"see {Path(parsed)} --help";

    private static string Path(ParseResult parsed)
    {
        List<string> names = [];
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult result; at = at.Parent)
        {
            names.Insert(0, result.Command.Name);
        }

        return string.Join(' ', names);
    }
}
