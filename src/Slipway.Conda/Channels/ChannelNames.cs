using Slipway.Conda.Records;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Channels;

/// <summary>Turns what people write for a channel into channels (CEP 26): names, names with labels, addresses, paths, <c>defaults</c>.</summary>
public sealed class ChannelNames(ChannelSettings settings)
{
    private const string TokenMark = "/t/";

    /// <summary>The channels that a text means: one, or several for <c>defaults</c>, or none for <c>nodefaults</c>.</summary>
    /// <exception cref="DiagnosticException">It means none.</exception>
    public IReadOnlyList<Channel> Resolve(string text)
    {
        string name = Subdirs.Split(text.Trim()).Channel;
        return name switch
        {
            "nodefaults" => [],
            "defaults" => [.. settings.Defaults.Select(Single)],
            "local" => throw new DiagnosticException("unknown-channel", "The channel \"local\" is conda-build's folder on one machine, which an image cannot depend on.", "Write the path of the folder."),
            "" => throw new DiagnosticException("unknown-channel", "The name of a channel is empty.", "Write for instance conda-forge."),
            _ => [Single(name)],
        };
    }

    /// <summary>The names of the channels that the channel of a match spec means; empty when it means none.</summary>
    public IReadOnlyList<string> NamesOf(string text)
    {
        try
        {
            return [.. Resolve(text).Select(c => c.Name)];
        }
        catch (DiagnosticException)
        {
            return []; // whatever it is, no package comes from there
        }
    }

    /// <summary>The channel that another one's data refer to (CEP 42): on the same server, so with the same secrets.</summary>
    /// <exception cref="DiagnosticException">The reference is of another form.</exception>
    internal Channel Related(Channel channel, string reference)
    {
        string[] parts = reference.TrimEnd('/').Split('/');
        if (parts[0] != ".." || parts.Any(p => p is "" or ".") || reference.AsSpan().ContainsAny("?#%\\\0"))
        {
            throw new DiagnosticException(
                "channel-relations", $"The channel {channel} refers to another one as \"{reference}\", where a path that begins with ../ is expected.",
                "Tell the channel's owner; channel_relations_max_depth: 0 in config.yml (conda:) passes over such references.");
        }

        return FromAddress(new Uri(WithSlash(channel.Address), reference)) with { Token = channel.Token, UserInfo = channel.UserInfo };
    }

    /// <summary>A warning when a channel is one that not everybody may use without a licence; else null.</summary>
    public static Diagnostic? Warning(Channel channel) => channel.Address.Host is "repo.anaconda.com" or "repo.continuum.io"
        ? new Diagnostic(
            Severity.Warning, "defaults-channel", $"The channel {channel.Name} belongs to Anaconda's defaults, whose terms ask larger organisations for a licence.",
            Help: "conda-forge has nearly all of it; write that channel instead, unless you have a licence.")
        : null;

    private Channel Single(string text)
    {
        if (text.StartsWith('/') || text.StartsWith("./", StringComparison.Ordinal) || text.StartsWith("../", StringComparison.Ordinal) || text is "." or "..")
        {
            return FromAddress(new Uri("file://" + Path.GetFullPath(text, settings.Folder)));
        }

        if (text.Contains("://", StringComparison.Ordinal))
        {
            return Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" or "file"
                ? FromAddress(address)
                : throw new DiagnosticException("unknown-channel", $"\"{text.Split("://")[0]}://…\" is not the address of a channel.", "Channels are reached by https://, http:// and file://.");
        }

        if (text.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-' or '/')))
        {
            throw new DiagnosticException("unknown-channel", $"\"{text}\" is not the name of a channel.", "Names have letters, digits and . _ - / in them; an address begins with https://.");
        }

        // The longest name of a custom channel that this one begins with; what follows is a label.
        string? custom = settings.Custom.Keys.Where(k => text == k || text.StartsWith(k + "/", StringComparison.Ordinal)).MaxBy(k => k.Length);
        return custom is null
            ? FromAddress(new Uri(WithSlash(settings.Alias), text)) with { Name = text }
            : FromAddress(new Uri(WithSlash(settings.Custom[custom]).AbsoluteUri + text[custom.Length..].TrimStart('/'))) with { Name = text };
    }

    private Channel FromAddress(Uri address)
    {
        string path = address.AbsolutePath.TrimEnd('/');
        string? token = null;
        int mark = path.IndexOf(TokenMark, StringComparison.Ordinal);
        if (mark >= 0)
        {
            int end = path.IndexOf('/', mark + TokenMark.Length);
            token = path[(mark + TokenMark.Length)..(end < 0 ? path.Length : end)];
            path = path[..mark] + (end < 0 ? "" : path[end..]);
        }

        string plain = address.IsFile ? "file://" + path : address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) + path;
        return new Channel(NameOf(plain), new Uri(plain)) { Token = token is { Length: > 0 } ? token : null, UserInfo = address.UserInfo.Length > 0 ? address.UserInfo : null };
    }

    private string NameOf(string address)
    {
        string alias = WithSlash(settings.Alias).AbsoluteUri;
        if (address.StartsWith(alias, StringComparison.Ordinal))
        {
            return address[alias.Length..];
        }

        return settings.Custom.FirstOrDefault(c => c.Value.AbsoluteUri.TrimEnd('/') == address).Key ?? address;
    }

    private static Uri WithSlash(Uri address) => address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
}
