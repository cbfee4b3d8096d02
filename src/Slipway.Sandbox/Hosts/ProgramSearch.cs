namespace Slipway.Sandbox.Hosts;

/// <summary>Finds the system's programs: in PATH, then where ordinary users' PATH often does not lead.</summary>
internal static class ProgramSearch
{
    private static readonly string[] s_fallback = ["/usr/local/bin", "/usr/local/sbin", "/usr/bin", "/usr/sbin", "/bin", "/sbin"];

    /// <summary>The absolute path, or null.</summary>
    public static string? Find(string name)
    {
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return path.Concat(s_fallback).Where(Path.IsPathRooted).Select(d => Path.Combine(d, name)).FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path) && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
