using Slipway.Foundation.Text;

namespace Slipway.Sandbox.Users;

/// <summary>The users and groups of an image: its /etc/passwd and /etc/group. The rules, and the words of the errors, are docker's.</summary>
public sealed class UserDatabase
{
    private readonly List<PasswdEntry> _users;
    private readonly List<GroupEntry> _groups;

    private UserDatabase(List<PasswdEntry> users, List<GroupEntry> groups) => (_users, _groups) = (users, groups);

    /// <param name="passwd">The text of /etc/passwd, or null when the image has none.</param>
    /// <param name="group">The text of /etc/group, or null.</param>
    public static UserDatabase Read(Stream? passwd, Stream? group) => new(
        [.. Lines(passwd).Select(PasswdEntry.TryParse).OfType<PasswdEntry>()],
        [.. Lines(group).Select(GroupEntry.TryParse).OfType<GroupEntry>()]);

    /// <summary>
    /// Resolves what USER and <c>--user</c> say: <c>name</c>, <c>uid</c>, <c>name:group</c>, <c>uid:gid</c>. An unknown number is taken
    /// as it is; an unknown name is a mistake. Supplementary groups are added unless a group was named.
    /// </summary>
    /// <exception cref="DiagnosticException">No such name, or a number out of range.</exception>
    public ResolvedUser ResolveUser(string spec)
    {
        (string userPart, string groupPart) = Split(spec);
        PasswdEntry? entry = FindUser(userPart);
        uint uid = entry?.Uid ?? (userPart.Length == 0 ? 0 : Number(userPart) ?? throw UnknownUser(userPart));
        if (groupPart.Length > 0)
        {
            return new ResolvedUser(uid, ResolveGroup(groupPart), [], entry?.Home ?? "/");
        }

        uint[] more = entry is null ? [] : [.. _groups.Where(g => g.Members.Contains(entry.Name)).Select(g => g.Gid).Distinct()];
        return new ResolvedUser(uid, entry?.Gid ?? 0, more, entry?.Home ?? "/");
    }

    /// <summary>Resolves what <c>--chown</c> says; a user alone, by number, gives the group with the same number, by name the user's own group.</summary>
    /// <exception cref="DiagnosticException">No such name, or a number out of range.</exception>
    public Ownership ResolveOwner(string spec)
    {
        (string userPart, string groupPart) = Split(spec);
        uint uid = Number(userPart) ?? (userPart.Length == 0 ? 0 : FindUser(userPart)?.Uid ?? throw UnknownUser(userPart));
        uint gid = groupPart.Length > 0 ? ResolveGroup(groupPart)
            : Number(userPart) ?? FindUser(userPart)?.Gid ?? 0;
        return new Ownership(uid, gid);
    }

    /// <summary>A group by name or number.</summary>
    /// <exception cref="DiagnosticException">No such name, or a number out of range.</exception>
    public uint ResolveGroup(string group) =>
        _groups.Find(g => g.Name == group)?.Gid ?? Number(group) ?? throw new DiagnosticException(
            "unknown-group", $"unable to find group {group}: no matching entries in group file",
            "Make the group in an earlier step (groupadd), or use its number.");

    // A name that is a number is looked for by id as well, so that the entry's group and home count (docker's rule).
    private PasswdEntry? FindUser(string user) => user.Length == 0
        ? _users.Find(u => u.Uid == 0)
        : _users.Find(u => u.Name == user) ?? (Number(user) is { } uid ? _users.Find(u => u.Uid == uid) : null);

    private static uint? Number(string text)
    {
        if (text.Length == 0 || !text.All(char.IsAsciiDigit))
        {
            return text.Length == 0 ? null : NegativeIsOutOfRange(text);
        }

        return uint.TryParse(text, out uint id) && id <= int.MaxValue ? id : throw OutOfRange();
    }

    private static uint? NegativeIsOutOfRange(string text) => text[0] == '-' && int.TryParse(text, out _) ? throw OutOfRange() : null;

    private static DiagnosticException OutOfRange() =>
        new("id-out-of-range", $"uids and gids must be in range 0-{int.MaxValue}");

    private static DiagnosticException UnknownUser(string user) => new(
        "unknown-user", $"unable to find user {user}: no matching entries in passwd file",
        "Make the user in an earlier step (useradd or adduser), or use a number.");

    private static (string User, string Group) Split(string spec)
    {
        int colon = spec.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (spec, "") : (spec[..colon], spec[(colon + 1)..]);
    }

    private static IEnumerable<string> Lines(Stream? stream)
    {
        if (stream is null)
        {
            yield break;
        }

        using var reader = new StreamReader(stream, leaveOpen: true);
        while (reader.ReadLine() is { } line)
        {
            yield return line.Trim();
        }
    }

    private sealed record PasswdEntry(string Name, uint Uid, uint Gid, string Home)
    {
        // passwd(5): name:password:uid:gid:comment:home:shell; broken lines are passed over, as everywhere
        public static PasswdEntry? TryParse(string line) =>
            line.Split(':') is [var name, _, var uid, var gid, _, var home, ..] && name.Length > 0 && name[0] != '#'
                && uint.TryParse(uid, out uint u) && uint.TryParse(gid, out uint g)
                ? new PasswdEntry(name, u, g, home.Length == 0 ? "/" : home) : null;
    }

    private sealed record GroupEntry(string Name, uint Gid, string[] Members)
    {
        // group(5): name:password:gid:members
        public static GroupEntry? TryParse(string line) =>
            line.Split(':') is [var name, _, var gid, ..] words && name.Length > 0 && name[0] != '#' && uint.TryParse(gid, out uint g)
                ? new GroupEntry(name, g, words.Length > 3 ? words[3].Split(',', StringSplitOptions.RemoveEmptyEntries) : []) : null;
    }
}

/// <summary>Whom a process runs as.</summary>
public sealed record ResolvedUser(uint Uid, uint Gid, IReadOnlyList<uint> AdditionalGids, string Home);

/// <summary>Whom a file belongs to.</summary>
public readonly record struct Ownership(uint Uid, uint Gid);
