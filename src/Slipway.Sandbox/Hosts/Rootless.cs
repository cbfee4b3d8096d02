namespace Slipway.Sandbox.Hosts;

/// <summary>
/// Rootless and root are the same code: an ordinary user's program is replaced, once, by itself inside a user namespace
/// where that user is root and the ids of <c>/etc/subuid</c> are everybody else.
/// </summary>
public static class Rootless
{
    /// <summary>
    /// Call it first thing in the program, for verbs that unpack or run. Returns at once for root and when already inside;
    /// else the process is replaced (same pid, terminal, standard streams, exit code) and the call does not return.
    /// </summary>
    /// <param name="args">The program's arguments, without its own name.</param>
    /// <exception cref="Foundation.Text.DiagnosticException">User namespaces are switched off here.</exception>
    public static void ReExecuteIfNeeded(IReadOnlyList<string> args) => throw new NotSupportedException(string.Join(' ', args));

    /// <summary>The user id of the person who started the program, outside of any namespace made here.</summary>
    public static uint OriginalUid => throw new NotSupportedException();

    /// <summary>The group id of the person who started the program.</summary>
    public static uint OriginalGid => throw new NotSupportedException();
}
