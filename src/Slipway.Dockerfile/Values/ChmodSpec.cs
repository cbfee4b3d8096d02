using System.Text.RegularExpressions;

namespace Slipway.Dockerfile;

/// <summary>The value of <c>--chmod</c>: octal or symbolic such as <c>u=rwX,go=rX</c>.</summary>
public sealed partial class ChmodSpec
{
    private const int AllBits = 0xFFF; // 07777
    private readonly int? _octal;
    private readonly IReadOnlyList<Change> _changes;

    private ChmodSpec(int? octal, IReadOnlyList<Change> changes) => (_octal, _changes) = (octal, changes);

    /// <summary>Reads the POSIX forms of chmod(1). Without a class of users, all three are meant: a build has no umask.</summary>
    /// <exception cref="FormatException">Neither octal up to 07777 nor symbolic.</exception>
    public static ChmodSpec Parse(string value)
    {
        if (value.Length is > 0 and <= 5 && value.All(c => c is >= '0' and <= '7') && Convert.ToInt32(value, 8) is <= AllBits and var octal)
        {
            return new ChmodSpec(octal, []);
        }

        var changes = new List<Change>();
        foreach (string clause in value.Split(','))
        {
            Match match = Clause().Match(clause);
            if (!match.Success)
            {
                throw new FormatException(
                    $"invalid chmod parameter: '{value}'. it should be octal string and between 0 and 07777, or symbolic such as u=rwX,go=rX");
            }

            foreach (Capture action in match.Groups[2].Captures)
            {
                changes.Add(new Change(match.Groups[1].Value, action.Value[0], action.Value[1..]));
            }
        }

        return new ChmodSpec(null, changes);
    }

    /// <summary>The new permission bits (with setuid, setgid, sticky) of an entry that has <paramref name="mode"/>.</summary>
    public int Apply(int mode, bool isDirectory)
    {
        int result = mode & AllBits;
        foreach (Change change in _changes)
        {
            result = change.Apply(result, isDirectory);
        }

        return _octal ?? result;
    }

    [GeneratedRegex("^([ugoa]*)([-+=](?:[rwxXst]*|[ugo]))+$", RegexOptions.CultureInvariant)]
    private static partial Regex Clause();

    /// <param name="Classes">Letters of user, group, others, all; empty means all.</param>
    /// <param name="Action">Add, take or set.</param>
    /// <param name="Permissions">Letters of permissions, or one class to copy them from.</param>
    private sealed record Change(string Classes, char Action, string Permissions)
    {
        public int Apply(int mode, bool isDirectory)
        {
            int bits = 0, mask = 0;
            string classes = Classes.Length == 0 || Classes.Contains('a', StringComparison.Ordinal) ? "ugo" : Classes;
            foreach (char who in classes)
            {
                bits |= BitsFor(who, mode, isDirectory);
                mask |= Shifted(7, who) | (who == 'u' ? 0x800 : who == 'g' ? 0x400 : 0);
            }

            if (Permissions.Contains('t', StringComparison.Ordinal))
            {
                bits |= 0x200;
            }

            return Action switch
            {
                '+' => mode | bits,
                '-' => mode & ~bits,
                _ => (mode & ~mask) | bits,
            };
        }

        private static int Shifted(int bits, char who) => bits << (who switch { 'u' => 6, 'g' => 3, _ => 0 });

        private int BitsFor(char who, int mode, bool isDirectory)
        {
            if (Permissions is "u" or "g" or "o")
            {
                return Shifted((mode >> (Permissions switch { "u" => 6, "g" => 3, _ => 0 })) & 7, who);
            }

            int bits = 0;
            foreach (char permission in Permissions)
            {
                bits |= permission switch
                {
                    'r' => Shifted(4, who),
                    'w' => Shifted(2, who),
                    'x' => Shifted(1, who),
                    'X' when isDirectory || (mode & 0x49) != 0 => Shifted(1, who), // 0111: somebody may execute it
                    's' when who == 'u' => 0x800,
                    's' when who == 'g' => 0x400,
                    _ => 0,
                };
            }

            return bits;
        }
    }
}
