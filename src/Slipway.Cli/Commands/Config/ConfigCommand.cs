using System.CommandLine;
using Slipway.Foundation.Text;
using Slipway.Images.Configuration;

namespace Slipway.Cli.Commands.Config;

/// <summary><c>config</c>: what the files of settings say, and whether they are right.</summary>
internal static class ConfigCommand
{
    public static Command Create(CliContext cli) => new("config", "Look at the files of settings") { Show(cli), Check(cli) };

    private static Command Show(CliContext cli)
    {
        var command = new Command("show", "Print the settings that hold, each with the file and line it comes from");
        command.SetAction(async (_, _) =>
        {
            await cli.Out.WriteAsync(ConfigText.Of(cli.Config.Value));
            return 0;
        });
        return command;
    }

    private static Command Check(CliContext cli)
    {
        var file = new Argument<string?>("FILE") { Description = "A file of settings (default: those that are used)", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("check", "Tell every mistake in a file of settings") { file };
        command.SetAction(async (parsed, _) =>
        {
            SlipwayConfig config = parsed.GetValue(file) is { } path ? SlipwayConfig.Read([new ConfigPlace(Path.GetFullPath(path), IsChosen: true)]) : cli.Config.Value;
            Diagnostic[] problems = [.. MissingCertificates(config)];
            if (problems.Length > 0)
            {
                throw new DiagnosticException(problems);
            }

            foreach (ConfigPlace place in config.Files.Where(place => File.Exists(place.Path)))
            {
                await cli.Out.WriteLineAsync($"{place.Path} is right");
            }

            return 0;
        });
        return command;
    }

    // Looked at only here and when they are needed: a registry that is not asked does not need its certificates.
    private static IEnumerable<Diagnostic> MissingCertificates(SlipwayConfig config) =>
        config.Registries.Rules
            .SelectMany(rule => rule.Mirrors.Select(mirror => (mirror.Certificates, mirror.Mark)).Append((rule.Certificates, rule.Mark)))
            .Where(ca => ca.Certificates is not null && !Path.Exists(ca.Certificates))
            .Select(ca => new Diagnostic(
                Severity.Error, "no-certificate", $"the certificates {ca.Certificates} are not there", ca.Mark.Source, ca.Mark.Span, "correct 'ca', a file or folder seen from this file"));
}
