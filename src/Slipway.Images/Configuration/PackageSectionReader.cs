using Slipway.Foundation.Text;
using Slipway.Foundation.Yaml;

namespace Slipway.Images.Configuration;

/// <summary>What messages of a section call things.</summary>
/// <param name="One">One place: <c>a channel</c>.</param>
/// <param name="List">Several: <c>a list of channels</c>.</param>
/// <param name="Example">A place as people write it.</param>
/// <param name="Host">A host for examples.</param>
/// <param name="MirrorExample">The beginning of addresses that people mirror.</param>
internal sealed record SectionWords(string One, string List, string Example, string Host, string MirrorExample);

/// <summary>What the sections of conda and of Python share: addresses, mirrors and logins.</summary>
internal abstract class PackageSectionReader(SourceText source, ICollection<Diagnostic> problems, SectionWords words)
{
    protected SourceText Source { get; } = source;

    protected ICollection<Diagnostic> Problems { get; } = problems;

    /// <summary>Whether an address holds a secret besides user and password.</summary>
    protected virtual bool HasSecret(Uri address) => false;

    protected Dictionary<string, IReadOnlyList<Uri>> Mirrors(YamlNode? node)
    {
        Dictionary<string, IReadOnlyList<Uri>> mirrors = [];
        foreach (YamlEntry entry in Entries(node, "mirrors", $"write the beginning of addresses, and the mirrors behind it: {words.MirrorExample}: [https://mirror.example.org/x]"))
        {
            IReadOnlyList<YamlNode> items = entry.Value is YamlList list ? list.Items : [entry.Value];
            Uri[] places = [.. items.Select(item => item is YamlScalar { IsNull: false } scalar ? Address(scalar) : Wrong(item)).OfType<Uri>()];
            if (Address(entry.Key) is { } prefix && places.Length > 0 && !mirrors.TryAdd(prefix.AbsoluteUri.TrimEnd('/'), places))
            {
                Report("duplicate-key", $"'{entry.Key.Value}' is there twice", entry.Key, "join the two");
            }
        }

        return mirrors;

        Uri? Wrong(YamlNode item)
        {
            Report("wrong-kind", $"a mirror has {item.Kind} where an address is expected", item, "write an address such as https://mirror.example.org/x");
            return null;
        }
    }

    protected Dictionary<string, string> Logins(YamlNode? node)
    {
        Dictionary<string, string> logins = [];
        foreach (YamlEntry entry in Entries(node, "logins", $"write a host and its login: {words.Host}: user:password"))
        {
            if (entry.Value is not YamlScalar { IsNull: false } login)
            {
                Report("wrong-kind", $"the login of '{entry.Key.Value}' has {entry.Value.Kind} where user:password or a token is expected", entry.Value, "write user:password, or a token");
            }
            else if (entry.Key.Value.Contains('/'))
            {
                Report("bad-host", $"'{entry.Key.Value}' is no host", entry.Key, "write the host alone, with :PORT if it has one");
            }
            else if (!logins.TryAdd(entry.Key.Value, login.Value))
            {
                Report("duplicate-key", $"'{entry.Key.Value}' is there twice", entry.Key, "keep one of them");
            }
        }

        return logins;
    }

    protected IReadOnlyList<YamlEntry> Entries(YamlNode? node, string key, string help)
    {
        if (node is not (null or YamlMap))
        {
            Report("wrong-kind", $"'{key}' has {node.Kind} where a map is expected", node, help);
        }

        return (node as YamlMap)?.Entries ?? [];
    }

    protected List<string> Texts(YamlFields fields, string key)
    {
        List<string> texts = [];
        foreach (YamlNode item in fields.List(key, words.List)?.Items ?? [])
        {
            if (item is YamlScalar { IsNull: false } scalar)
            {
                texts.Add(scalar.Value);
            }
            else
            {
                Report("wrong-kind", $"{words.One} has {item.Kind} where a name or an address is expected", item, $"write for example {words.Example}");
            }
        }

        return texts;
    }

    // A login in an address would be shown with it.
    protected Uri? Address(YamlScalar scalar)
    {
        if (!Uri.TryCreate(scalar.Value, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https" or "file"))
        {
            Report("bad-address", $"'{scalar.Value}' is no address of {words.One}", scalar, "write an address that begins with https://, http:// or file://");
            return null;
        }

        if (address.UserInfo.Length > 0 || HasSecret(address))
        {
            Report("login-in-address", "a login does not belong into this address", scalar, $"write it under logins: {address.Authority}: user:password");
            return null;
        }

        return address;
    }

    protected void Report(string code, string message, YamlNode node, string help) => Problems.Add(new Diagnostic(Severity.Error, code, message, Source, node.Span, help));
}
