using System.Net;
using System.Net.Http.Headers;
using Slipway.Foundation.Text;

namespace Slipway.Foundation.Http;

/// <summary>
/// Logins by host, as ftp, curl, pip and conda keep them: <c>machine HOST login USER password SECRET</c>, <c>default login …</c>, <c>macdef</c> (passed over) and comments. Words may be
/// quoted; a backslash takes the next character as it is (as Python's reader does). Nothing of a file's words is ever in a message.
/// </summary>
public sealed class NetrcFile
{
    /// <summary>The code of the warning that others can read the file.</summary>
    public const string OpenToOthers = "netrc-open";

    private const UnixFileMode ForOthers = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private static readonly string[] s_usual = [".netrc", "_netrc"];

    private readonly Dictionary<string, NetworkCredential> _machines;
    private readonly NetworkCredential? _default;

    private NetrcFile(string? path, Dictionary<string, NetworkCredential> machines, NetworkCredential? usual, IReadOnlyList<Diagnostic> warnings) =>
        (Path, _machines, _default, Warnings) = (path, machines, usual, warnings);

    /// <summary>A file without logins.</summary>
    public static NetrcFile Empty { get; } = new(null, [], null, []);

    /// <summary>Where it lies; null for <see cref="Empty"/>.</summary>
    public string? Path { get; }

    /// <summary>What its owner should know: a mistake in it (the logins before it hold), and that others may read it. To be told when a login of it is used.</summary>
    public IReadOnlyList<Diagnostic> Warnings { get; }

    /// <summary>The user's file: <c>$NETRC</c>, else <c>~/.netrc</c> or <c>~/_netrc</c>; empty when there is none.</summary>
    /// <param name="environment">Gives the value of a variable.</param>
    public static NetrcFile OfUser(Func<string, string?> environment)
    {
        if (environment("NETRC") is { Length: > 0 } named)
        {
            return Read(named);
        }

        string? found = environment("HOME") is { Length: > 0 } home ? s_usual.Select(name => System.IO.Path.Combine(home, name)).FirstOrDefault(File.Exists) : null;
        return found is null ? Empty : Read(found);
    }

    /// <summary>Reads a file; one that is not there has no logins, and one that cannot be read has only a warning.</summary>
    public static NetrcFile Read(string path)
    {
        try
        {
            Diagnostic[] open = (File.GetUnixFileMode(path) & ForOthers) == 0 ? [] :
                [new Diagnostic(Severity.Warning, OpenToOthers, $"others on this machine can read or change the passwords in {path}", Help: $"chmod 600 {path}")];
            NetrcFile file = Parse(new SourceText(path, File.ReadAllText(path)));
            return new NetrcFile(path, file._machines, file._default, [.. open, .. file.Warnings]);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Empty;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new NetrcFile(path, [], null, [new Diagnostic(Severity.Warning, "netrc-unreadable", $"the logins in {path} cannot be read: {e.Message}")]);
        }
    }

    /// <summary>Reads a text. After a mistake nothing more of it is read.</summary>
    public static NetrcFile Parse(SourceText source)
    {
        var reader = new NetrcReader(source);
        Diagnostic? mistake = reader.Run();
        return new NetrcFile(source.Path, reader.Machines, reader.Default, mistake is null ? [] : [mistake]);
    }

    /// <summary>The login for a host (without port): that of the first <c>machine</c> of this name, else the default one; null when there is none.</summary>
    public NetworkCredential? Find(string host) => _machines.GetValueOrDefault(host.Trim('[', ']')) ?? _default;

    /// <summary>The header that shows the login to a server; null when there is none.</summary>
    public AuthenticationHeaderValue? HeaderFor(Uri address) => Find(address.Host) is not { } login ? null : LoginHeader.Of($"{login.UserName}:{login.Password}");
}
