using System.CommandLine;
using System.CommandLine.Help;
using Slipway.Foundation.Files;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Sandbox.Hosts;

namespace Slipway.Cli;

/// <summary>
/// Where arguments, action, errors and exit code meet: 0 done, 1 the work failed, 2 the command line was wrong, 130 interrupted; for <c>run</c> 125 instead of 1,
/// because there 1 is the program's own.
/// </summary>
internal static class CommandRunner
{
    private const int Failed = 1, WrongUsage = 2, RunFailed = 125, Interrupted = 130;

    /// <summary>Verbs that read or write unpacked layers, whose files belong to many ids: an ordinary user needs a user namespace for them.</summary>
    private static readonly HashSet<string> s_touchingTrees = ["build", "run", "load", "save", "import", "pull", "push", "rmi", "rm", "df", "du", "prune", "check"];

    /// <summary>How long work that the runtime's thread pool forgot lies there at most: the pool looks through all its queues when something new comes (docs/decisions/0127).</summary>
    private static readonly TimeSpan s_pulse = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(CliContext cli, Command root, string[] args)
    {
        root.Options.Add(cli.RootOption);
        root.Options.Add(cli.InsecureOption);
        root.Options.Add(cli.OfflineOption);
        root.Options.Add(new HelpOption());
        var version = new Option<bool>("--version", "-v") { Description = "Print the version" };
        root.Options.Add(version);
        root.SetAction(parsed => parsed.GetValue(version) ? PrintVersion(cli) : root.Parse(["--help"]).Invoke());
        using var interrupt = new CancellationTokenSource();
        using var signals = new InterruptSignals(interrupt);
        using var pulse = new Timer(static _ => { }, null, s_pulse, s_pulse);
        int failed = Failed;
        try
        {
            ParseResult parsed = root.Parse(DockerArguments.Normalize(root, args));
            if (parsed.Errors.Count > 0)
            {
                await cli.Error.WriteAsync(cli.Diagnostics.Render(UsageErrors.Of(parsed)));
                return WrongUsage;
            }

            NetworkAccess.IsForbidden = parsed.GetValue(cli.OfflineOption) || CliContext.Environment("SLIPWAY_OFFLINE") is not (null or "" or "0" or "false");
            failed = parsed.CommandResult.Command.Name == "run" ? RunFailed : Failed;
            if (s_touchingTrees.Contains(parsed.CommandResult.Command.Name))
            {
                Rootless.ReExecuteIfNeeded(CliContext.Arguments);
            }

            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interrupt.Token);
        }
        catch (UsageException e)
        {
            await cli.Error.WriteAsync(cli.Diagnostics.Render(e.Diagnostic));
            return WrongUsage;
        }
        catch (DiagnosticException e)
        {
            await cli.Error.WriteAsync(cli.Diagnostics.Render(e.Diagnostics));
            return failed;
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            await cli.Error.WriteLineAsync("interrupted");
            return Interrupted;
        }
        catch (IOException e) when (DiskSpace.IsUsedUp(e))
        {
            await cli.Error.WriteAsync(cli.Diagnostics.Render(new Diagnostic(
                Severity.Error, "disk-full", $"there is no space left on the disk: {e.Message}",
                Help: $"free some space (for example with \"{CliContext.CalledName} system prune\") or put the store on another disk with --root; nothing half-written was left")));
            return failed;
        }
        catch (InvalidDataException e)
        {
            await cli.Error.WriteAsync(cli.Diagnostics.Render(new Diagnostic(
                Severity.Error, "damaged-data", e.Message, Help: "if it is a file of the store, it was changed from outside: pull, load or build the image again")));
            return failed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await cli.Error.WriteAsync(cli.Diagnostics.Render(new Diagnostic(Severity.Error, "failed", e.Message)));
            return failed;
        }
    }

    private static int PrintVersion(CliContext cli)
    {
        cli.Out.WriteLine(typeof(CommandRunner).Assembly.GetName().Version!.ToString(3));
        return 0;
    }
}
