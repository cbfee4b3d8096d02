using Slipway.Sandbox.Mounts;

namespace Slipway.Sandbox.Containers;

/// <summary>
/// Tells a program that failed from one that did not start: the runtimes exit with 1 for both. A runtime writes the pid file when the container
/// is ready to execute its program; what fails after that, in execve(2) itself, is found by looking at the program.
/// </summary>
internal static class StartFailures
{
    private static readonly string[] s_notFound =
        ["executable file", "no such file or directory"];

    private static readonly string[] s_notExecutable =
        ["permission denied", "not a directory", "is a directory", "operation not permitted", "exec format error"];

    /// <returns>Null when the program did start.</returns>
    public static StartFailure? Find(ContainerSpec spec, Workspace workspace, string root, int exitCode)
    {
        if (exitCode == 0)
        {
            return null;
        }

        if (File.Exists(workspace.PidFile))
        {
            return exitCode == 1 ? ExecutableCheck.Find(root, spec) : null;
        }

        string message = File.Exists(workspace.RuntimeLog) ? File.ReadAllText(workspace.RuntimeLog).Trim() : "";
        if (message.Length == 0)
        {
            return exitCode > 128 ? null : new StartFailure(StartFailureKind.RuntimeError, $"the runtime ended with {exitCode} and said nothing");
        }

        string words = Words(message); // warnings beside it may speak of missing files, too
        return new StartFailure(Classify(words), words);
    }

    internal static StartFailureKind Classify(string message)
    {
        bool isAboutProgram = message.Contains("exec", StringComparison.Ordinal);
        return !isAboutProgram ? StartFailureKind.RuntimeError
            : Any(message, s_notFound) ? StartFailureKind.NotFound
            : Any(message, s_notExecutable) ? StartFailureKind.NotExecutable
            : StartFailureKind.RuntimeError;
    }

    // runc's log lines look like  time="..." level=error msg="..."; the words are what counts.
    internal static string Words(string log)
    {
        string line = log.Split('\n').LastOrDefault(l => !l.Contains("level=warning", StringComparison.Ordinal)) ?? log;
        int start = line.IndexOf("msg=\"", StringComparison.Ordinal);
        return start < 0 ? line : line[(start + 5)..].TrimEnd('"').Replace("\\\"", "\"", StringComparison.Ordinal);
    }

    private static bool Any(string message, string[] phrases) =>
        phrases.Any(p => message.Contains(p, StringComparison.OrdinalIgnoreCase));
}
