using System.Collections.Immutable;

namespace Slipway.Cli.Commands.Images.Outputs;

/// <summary>What annotations were asked for, by the document that carries them.</summary>
internal sealed record Annotations(
    ImmutableSortedDictionary<string, string> Manifest, ImmutableSortedDictionary<string, string> Index, ImmutableSortedDictionary<string, string> ManifestDescriptor)
{
    private const string Kinds = "manifest, index or manifest-descriptor";
    private static readonly ImmutableSortedDictionary<string, string> s_none = ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);

    public static Annotations None { get; } = new(s_none, s_none, s_none);

    public bool IsEmpty => Manifest.IsEmpty && Index.IsEmpty && ManifestDescriptor.IsEmpty;

    /// <summary><c>--annotation [TYPE[,TYPE]:]NAME=VALUE</c>.</summary>
    public static Annotations OfFlag(IEnumerable<string> texts)
    {
        Annotations result = None;
        foreach ((string left, string value) in texts.Select(text => Values.Pair("--annotation", text)))
        {
            int colon = left.IndexOf(':', StringComparison.Ordinal);
            foreach (string kind in colon < 0 ? ["manifest"] : left[..colon].Split(','))
            {
                result = result.Add($"--annotation {left}", kind, left[(colon + 1)..], value);
            }
        }

        return result;
    }

    /// <summary>With those of an <c>--output</c>: <c>.NAME</c>, <c>-index.NAME</c> and so on.</summary>
    public Annotations With(IEnumerable<KeyValuePair<string, string>> fields)
    {
        Annotations result = this;
        foreach ((string left, string value) in fields)
        {
            int dot = left.IndexOf('.', StringComparison.Ordinal);
            result = dot < 0 ? throw new UsageException("bad-output", $"annotation{left}: a name is missing", "write annotation.NAME=VALUE")
                : result.Add($"annotation{left}", dot == 0 ? "manifest" : left[..dot].TrimStart('-'), left[(dot + 1)..], value);
        }

        return result;
    }

    private Annotations Add(string written, string kind, string name, string value) => (kind, name) switch
    {
        (_, "") => throw new UsageException("bad-annotation", $"{written}: a name is missing"),
        ("manifest", _) => this with { Manifest = Manifest.SetItem(name, value) },
        ("index", _) => this with { Index = Index.SetItem(name, value) },
        ("manifest-descriptor", _) => this with { ManifestDescriptor = ManifestDescriptor.SetItem(name, value) },
        _ => throw new UsageException("bad-annotation", $"{written}: annotations are of a {Kinds}, not of '{kind}'"),
    };
}
