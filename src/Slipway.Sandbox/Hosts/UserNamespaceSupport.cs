using System.Diagnostics;
using Slipway.Foundation.Text;

namespace Slipway.Sandbox.Hosts;

/// <summary>Whether an ordinary user may make user namespaces, and who forbids it if not.</summary>
internal static class UserNamespaceSupport
{
    /// <exception cref="DiagnosticException">Names the setting that forbids them.</exception>
    public static void ThrowIfOff() => ThrowIfOff(Setting, CanMakeOne);

    /// <param name="setting">Reads a sysctl by name; null when it does not exist.</param>
    /// <param name="canMakeOne">Tries it; asked only when a setting makes it doubtful.</param>
    internal static void ThrowIfOff(Func<string, string?> setting, Func<bool> canMakeOne)
    {
        if (setting("kernel.unprivileged_userns_clone") == "0")
        {
            throw Off("kernel.unprivileged_userns_clone=1");
        }

        if (setting("user.max_user_namespaces") == "0")
        {
            throw Off("user.max_user_namespaces=15000");
        }

        if (setting("kernel.apparmor_restrict_unprivileged_userns") == "1" && !canMakeOne())
        {
            throw Off("kernel.apparmor_restrict_unprivileged_userns=0");
        }
    }

    private static DiagnosticException Off(string remedy) => new(
        "no-user-namespaces", "This machine does not let ordinary users make user namespaces, which running without root needs.",
        $"Let root run 'sysctl -w {remedy}' (and put it into /etc/sysctl.d/), or run this command as root.");

    private static string? Setting(string name)
    {
        string path = "/proc/sys/" + name.Replace('.', '/');
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    private static bool CanMakeOne()
    {
        if (ProgramSearch.Find("unshare") is not { } unshare)
        {
            return false;
        }

        using Process trial = Process.Start(new ProcessStartInfo(unshare, ["--user", "--map-root-user", "--mount", "true"])
        {
            RedirectStandardError = true,
        })!;
        trial.StandardError.ReadToEnd();
        trial.WaitForExit();
        return trial.ExitCode == 0;
    }
}
