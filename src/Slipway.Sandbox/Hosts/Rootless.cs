using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;

namespace Slipway.Sandbox.Hosts;

/// <summary>
/// Rootless and root are the same code: an ordinary user's program is replaced, once, by itself inside a user namespace
/// where that user is root and the ids of <c>/etc/subuid</c> are everybody else. See docs/decisions/0023.
/// </summary>
public static class Rootless
{
    internal const string SingleIdReason = "_SLIPWAY_SINGLE_ID";
    private const string UidMarker = "_SLIPWAY_ORIGINAL_UID", GidMarker = "_SLIPWAY_ORIGINAL_GID";

    /// <summary>The user id of the person who started the program, outside of any namespace made here.</summary>
    public static uint OriginalUid => Original(UidMarker, ProcessIdentity.EffectiveUid);

    /// <summary>The group id of the person who started the program.</summary>
    public static uint OriginalGid => Original(GidMarker, ProcessIdentity.EffectiveGid);

    /// <summary>Whether an ordinary user started the program.</summary>
    public static bool IsActive => OriginalUid != 0;

    /// <summary>
    /// Call it first thing in the program, for verbs that unpack or run. Returns at once for root and when already inside;
    /// else the process is replaced (same pid, terminal, standard streams, exit code) and the call does not return.
    /// </summary>
    /// <param name="args">The program's arguments, without its own name.</param>
    /// <exception cref="DiagnosticException">User namespaces are switched off here.</exception>
    public static void ReExecuteIfNeeded(IReadOnlyList<string> args)
    {
        if (ProcessIdentity.EffectiveUid == 0)
        {
            return;
        }

        if (Environment.GetEnvironmentVariable(UidMarker) is { Length: > 0 })
        {
            throw new DiagnosticException("no-user-namespace", "A user namespace was made, but this user is not root in it.",
                "Unset the environment variable " + UidMarker + " if you have set it.");
        }

        UserNamespaceSupport.ThrowIfOff();
        string unshare = ProgramSearch.Find("unshare") ?? throw new DiagnosticException(
            "no-unshare", "The program 'unshare' is not installed.", "Install the package 'util-linux'.");
        string? missing = SubordinateIds.WhatIsMissing(Environment.UserName, ProcessIdentity.EffectiveUid);
        string[] map = missing is null ? ["--map-auto", "--map-root-user"] : ["--map-root-user"];
        ProcessReplacement.Execute(unshare, ["--user", .. map, "--mount", "--", .. Itself(), .. args], MarkedEnvironment(missing));
    }

    /// <summary>The command that starts this program again; in a checkout it is the dotnet host with a dll.</summary>
    private static string[] Itself()
    {
        string path = Environment.ProcessPath!;
        return Path.GetFileName(path) == "dotnet" ? [path, Path.GetFullPath(Environment.GetCommandLineArgs()[0])] : [path];
    }

    private static List<string> MarkedEnvironment(string? missing)
    {
        List<string> environment = [];
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            environment.Add($"{entry.Key}={entry.Value}");
        }

        environment.Add($"{UidMarker}={ProcessIdentity.EffectiveUid}");
        environment.Add($"{GidMarker}={ProcessIdentity.EffectiveGid}");
        environment.Add($"{SingleIdReason}={missing}");
        return environment;
    }

    private static uint Original(string marker, uint otherwise) =>
        uint.TryParse(Environment.GetEnvironmentVariable(marker), out uint id) ? id : otherwise;
}
