using Slipway.Build.Graph;
using Slipway.Build.Scheduling;
using Slipway.Foundation.Files;
using Slipway.Foundation.Text;
using Slipway.Sandbox.Containers;

namespace Slipway.Build.Operations;

/// <summary>Explains a RUN that failed: the command, how it ended, its last lines, and where all of them are.</summary>
internal static class RunFailure
{
    // What a command could not write it has already taken back in part.
    private const long AsGoodAsNothing = 8 << 20;

    public static DiagnosticException Of(RunOperation operation, ContainerResult result, StepOutput output, BuildSession session)
    {
        string message = result.Failure is { } failure
            ? $"the command could not be started: {failure.Message.Trim()}"
            : $"the command '{Command(operation)}' ended with exit code {result.ExitCode}";
        List<string> help = [];
        bool shellAsked = session.Settings.ShellOnError;
        if (DiskSpace.FreeOf(session.Store.Root) is < AsGoodAsNothing and var free)
        {
            help.Add($"the disk of the store is full ({ByteText.Of(free)} left in {session.Store.Root}): free some space (for example with \"slipway system prune\") or put the store on another disk with --root");
        }

        if (Advice(operation, result) is { } advice)
        {
            help.Add(advice);
        }

        if (output.LogPath is { } log)
        {
            help.Add($"the last lines it printed:\n{string.Join('\n', output.LastLines().Select(l => "    | " + l))}");
            help.Add($"all of its output is in {log}");
        }

        if (!shellAsked)
        {
            help.Add("to look around in the failed step, build again with --on-error shell");
        }
        else if (Console.IsInputRedirected)
        {
            help.Add("--on-error shell needs a terminal: standard input is a pipe or a file");
        }

        return operation.Origin.Error("command-failed", message, string.Join("\n  ", help));
    }

    private static string Command(RunOperation operation)
    {
        string text = operation.Run.Arguments[^1].ReplaceLineEndings(" ").Trim();
        return text.Length > 200 ? text[..200] + "…" : text;
    }

    private static string? Advice(RunOperation operation, ContainerResult result) => result switch
    {
        { Failure.Kind: StartFailureKind.NotFound } =>
            $"the image has no '{operation.Run.Arguments[0]}': choose a base image that has it, or set another shell with SHELL",
        { Failure.Kind: StartFailureKind.NotExecutable } => "check that the file is executable, has a right #! line and is built for this machine",
        { ExitCode: 127 } => "exit code 127 means that the shell did not find a command: install it in an earlier step or check its name and PATH",
        { ExitCode: 126 } => "exit code 126 means that a file was found but could not be executed: check its mode (COPY --chmod=755)",
        { ExitCode: 137 } => "exit code 137 means that the command was killed, often because memory ran out; --jobs 1 runs fewer steps at once",
        _ => null,
    };
}
