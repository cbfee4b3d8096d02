namespace Slipway.Sandbox.Users;

/// <summary>The users and groups of an image: its /etc/passwd and /etc/group.</summary>
public sealed class UserDatabase
{
    /// <param name="passwd">The text of /etc/passwd, or null when the image has none.</param>
    /// <param name="group">The text of /etc/group, or null.</param>
    public static UserDatabase Read(Stream? passwd, Stream? group) => throw new NotSupportedException($"{passwd}{group}");

    /// <summary>
    /// Resolves what USER and <c>--user</c> say: <c>name</c>, <c>uid</c>, <c>name:group</c>, <c>uid:gid</c>. An unknown number is taken
    /// as it is; an unknown name is a mistake. Supplementary groups are added unless a group was named.
    /// </summary>
    /// <exception cref="Foundation.Text.DiagnosticException">No such name, or a number out of range.</exception>
    public ResolvedUser ResolveUser(string spec) => throw new NotSupportedException(spec);

    /// <summary>Resolves what <c>--chown</c> says; a user alone gives the group with the same number (docker's rule).</summary>
    public Ownership ResolveOwner(string spec) => throw new NotSupportedException(spec);
}

/// <summary>Whom a process runs as.</summary>
public sealed record ResolvedUser(uint Uid, uint Gid, IReadOnlyList<uint> AdditionalGids, string Home);

/// <summary>Whom a file belongs to.</summary>
public readonly record struct Ownership(uint Uid, uint Gid);
