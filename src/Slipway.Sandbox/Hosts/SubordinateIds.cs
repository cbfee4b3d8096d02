using Slipway.Foundation.Text;

namespace Slipway.Sandbox.Hosts;

/// <summary>The ids a user may hand out inside user namespaces (subuid(5), subgid(5), newuidmap(1)).</summary>
internal static class SubordinateIds
{
    /// <summary>What is missing for a full set of ids, or null when all is there.</summary>
    public static string? WhatIsMissing(string userName, uint uid)
    {
        if (ProgramSearch.Find("newuidmap") is null || ProgramSearch.Find("newgidmap") is null)
        {
            return "the programs newuidmap and newgidmap are not installed";
        }

        return !HasEntry("/etc/subuid", userName, uid) ? $"/etc/subuid has no line for {userName}"
            : !HasEntry("/etc/subgid", userName, uid) ? $"/etc/subgid has no line for {userName}"
            : null;
    }

    /// <summary>The warning of a namespace that has only one id.</summary>
    public static Diagnostic SingleIdWarning()
    {
        string reason = Environment.GetEnvironmentVariable(Rootless.SingleIdReason) is { Length: > 0 } text ? $" ({text})" : "";
        return new Diagnostic(Severity.Warning, "single-id",
            $"Only one user id is available{reason}: steps that give files to other users or run as another user, as apt-get does, will fail.",
            Help: "Install the package 'uidmap' (Debian, Ubuntu) or 'shadow-utils' (Fedora), and let root run 'usermod --add-subuids 100000-165535 --add-subgids 100000-165535 NAME'.");
    }

    internal static bool HasEntry(string path, string userName, uint uid) =>
        File.Exists(path) && File.ReadLines(path).Select(l => l.Split(':')).Any(
            w => w.Length == 3 && (w[0] == userName || w[0] == uid.ToString()) && uint.TryParse(w[2].Trim(), out uint count) && count > 0);
}
