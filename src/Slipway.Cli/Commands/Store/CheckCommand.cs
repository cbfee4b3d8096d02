using System.CommandLine;
using Slipway.Foundation.Text;
using Slipway.Images.Store;
using Slipway.Images.Store.Checking;

namespace Slipway.Cli.Commands.Store;

/// <summary><c>system check</c>: reads everything in the store and compares it with what it says it is.</summary>
internal static class CheckCommand
{
    public static Command Create(CliContext cli)
    {
        var repair = new Option<bool>("--repair") { Description = "Take damaged things away, so that they are made or fetched again" };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Say only what is wrong" };
        var command = new Command("check", "Verify every blob, layer, image and cache record of the store") { repair, quiet };
        command.SetAction(async (parsed, token) =>
        {
            ImageStore store = cli.Store(parsed);
            bool repairing = parsed.GetValue(repair);
            IReadOnlyList<StoreProblem> problems = await TransferProgressScope.RunAsync(
                cli, $"checking {store.Root}", parsed.GetValue(quiet), progress => store.CheckAsync(repairing, progress, token));
            if (problems.Count > 0 && !repairing)
            {
                throw new DiagnosticException([.. problems.Select((problem, i) => Tell(problem, Severity.Error, i == problems.Count - 1))]);
            }

            await cli.Error.WriteAsync(cli.Diagnostics.Render([.. problems.Select(problem => Tell(problem, Severity.Warning, isLast: false))]));
            await cli.Out.WriteLineAsync(problems.Count == 0 ? "the store is whole" : $"repaired: {problems.Count} problems");
            return 0;
        });
        return command;
    }

    private static Diagnostic Tell(StoreProblem problem, Severity severity, bool isLast) => new(
        severity, problem.Code, problem.Message, Help: problem.Help + (isLast ? $"; \"{CliContext.CalledName} system check --repair\" takes away what is damaged" : ""));
}
