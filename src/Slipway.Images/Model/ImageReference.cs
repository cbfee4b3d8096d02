using System.Diagnostics.CodeAnalysis;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;

namespace Slipway.Images.Model;

/// <summary>
/// Where an image is found: registry, repository, and a tag or digest or both. Docker's short names are completed:
/// <c>ubuntu</c> is <c>docker.io/library/ubuntu:latest</c>.
/// </summary>
public sealed record ImageReference
{
    /// <summary>The registry that a name without one means.</summary>
    public const string DefaultRegistry = "docker.io";

    internal ImageReference(string registry, string repository, string? tag, Digest? digest) =>
        (Registry, Repository, Tag, Digest) = (registry, repository, tag, digest);

    /// <summary>Host with an optional port, as written: <c>docker.io</c>, <c>localhost:5000</c>.</summary>
    public string Registry { get; }

    /// <summary>The path in the registry: <c>library/ubuntu</c>.</summary>
    public string Repository { get; }

    /// <summary>The tag; null only when there is a digest.</summary>
    public string? Tag { get; }

    public Digest? Digest { get; }

    /// <summary>The short form people write: without docker.io, library/ and with the tag.</summary>
    public string Familiar
    {
        get
        {
            string name = Registry != DefaultRegistry ? $"{Registry}/{Repository}"
                : Repository.StartsWith("library/", StringComparison.Ordinal) ? Repository["library/".Length..]
                : Repository;
            return name + Suffix;
        }
    }

    /// <summary>Registry and repository without tag and digest.</summary>
    public string Name => $"{Registry}/{Repository}";

    private string Suffix => (Tag is null ? "" : ":" + Tag) + (Digest is { } digest ? "@" + digest : "");

    public ImageReference WithTag(string tag) => ReferenceParser.IsTag(tag)
        ? new ImageReference(Registry, Repository, tag, null)
        : throw new ArgumentException($"'{tag}' is not a tag.", nameof(tag));

    public ImageReference WithDigest(Digest digest) => new(Registry, Repository, null, digest);

    /// <summary>Reads a reference; when it cannot be one, <paramref name="problem"/> says which part is wrong and proposes the right one.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? reference, [NotNullWhen(false)] out Diagnostic? problem)
    {
        (reference, problem) = ReferenceParser.Parse(text);
        return reference is not null;
    }

    /// <summary>As <see cref="TryParse(string, out ImageReference?, out Diagnostic?)"/>, without the reason.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? reference) => TryParse(text, out reference, out _);

    /// <exception cref="DiagnosticException">The text is not a reference.</exception>
    public static ImageReference Parse(string text) =>
        TryParse(text, out ImageReference? reference, out Diagnostic? problem) ? reference : throw new DiagnosticException(problem);

    /// <summary>The full form.</summary>
    public override string ToString() => Name + Suffix;
}
