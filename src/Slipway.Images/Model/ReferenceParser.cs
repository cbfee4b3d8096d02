using System.Text.RegularExpressions;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;

namespace Slipway.Images.Model;

/// <summary>The grammar of references (distribution's reference grammar) and the advice for what does not fit it.</summary>
internal static partial class ReferenceParser
{
    private const string Code = "bad-reference";

    internal static bool IsTag(string text) => TagPattern().IsMatch(text);

    internal static (ImageReference? Reference, Diagnostic? Problem) Parse(string text) => Parse(text, advise: true);

    // Without advice when it is the advice itself that is tried.
    private static (ImageReference? Reference, Diagnostic? Problem) Parse(string text, bool advise)
    {
        if (text.Length == 0)
        {
            return Wrong("The image reference is empty; expected a name such as ubuntu:24.04.", null);
        }

        string rest = text;
        Digest? digest = null;
        int at = rest.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0)
        {
            if (!Digest.TryParse(rest[(at + 1)..], out Digest parsed))
            {
                return Wrong($"In the image reference '{text}' the part after '@' is not a digest; expected sha256: and 64 lower-case hexadecimal digits.", null);
            }

            (rest, digest) = (rest[..at], parsed);
        }

        (string registry, string path) = SplitRegistry(rest);
        string? tag = null;
        int colon = path.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
        {
            (path, tag) = (path[..colon], path[(colon + 1)..]);
        }

        if (tag is not null && !IsTag(tag))
        {
            return advise ? WrongTag(text, registry, path, tag) : default;
        }

        if (!RepositoryPattern().IsMatch(path))
        {
            return advise ? WrongRepository(text, registry, path, tag) : default;
        }

        if (HexPattern().IsMatch(rest))
        {
            return Wrong($"'{text}' is an image's id, not a name; a repository name may not be 64 hexadecimal digits.", null);
        }

        if (registry.Length == 0)
        {
            registry = ImageReference.DefaultRegistry;
        }
        else if (!RegistryPattern().IsMatch(registry))
        {
            return Wrong($"In the image reference '{text}' the registry '{registry}' is not a host name with an optional port.", null);
        }

        if (registry is "index.docker.io" or "registry-1.docker.io")
        {
            registry = ImageReference.DefaultRegistry;
        }

        string repository = registry == ImageReference.DefaultRegistry && !path.Contains('/', StringComparison.Ordinal) ? "library/" + path : path;
        if (registry.Length + repository.Length + 1 > 255)
        {
            return Wrong($"The image name '{registry}/{repository}' has more than 255 characters.", null);
        }

        return (new ImageReference(registry, repository, tag ?? (digest is null ? "latest" : null), digest), null);
    }

    // Docker's rule: the first component is a registry if it has a dot, a port or an upper-case letter, or is localhost.
    private static (string Registry, string Path) SplitRegistry(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return ("", text);
        }

        string first = text[..slash];
        bool isRegistry = first.Contains('.', StringComparison.Ordinal) || first == "localhost" || PortPattern().IsMatch(first);
        return isRegistry ? (first, text[(slash + 1)..]) : ("", text);
    }

    private static (ImageReference?, Diagnostic?) WrongTag(string text, string registry, string path, string tag)
    {
        int colon = tag.LastIndexOf(':');
        if (colon >= 0)
        {
            // name:a:b — most often the slash between user and image was typed as a colon.
            string meant = Join(registry, path + "/" + tag[..colon].Replace(':', '/'), tag[(colon + 1)..]);
            return Wrong(
                $"In the image reference '{text}' the tag '{tag}' has a ':'; a reference has one tag, after the last '/'.", Proposal(meant));
        }

        string cleaned = NotInTag().Replace(tag, "-").TrimStart('-', '.');
        return Wrong(
            $"In the image reference '{text}' the tag '{tag}' is wrong; expected at most 128 letters, digits, '_', '.', '-', not beginning with '.' or '-'.",
            Proposal(Join(registry, path, cleaned.Length > 128 ? cleaned[..128] : cleaned)));
    }

    private static (ImageReference?, Diagnostic?) WrongRepository(string text, string registry, string path, string? tag)
    {
        string why = path.Any(char.IsAsciiLetterUpper) ? "has upper-case letters; a repository name is lower case"
            : path.Length == 0 ? "is empty"
            : "may hold only lower-case letters, digits and single separators ('.', '_', '-') inside its parts";
        return Wrong($"In the image reference '{text}' the repository '{path}' {why}.", Proposal(Join(registry, path, tag)));
    }

    private static string Join(string registry, string path, string? tag)
    {
        string lower = path.ToLowerInvariant();
        IEnumerable<string> parts = lower.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(part => NotInPart().Replace(part, "-").Trim('-', '.', '_'));
        return (registry.Length == 0 ? "" : registry + "/") + string.Join('/', parts.Where(part => part.Length > 0)) + (tag is null ? "" : ":" + tag);
    }

    private static string? Proposal(string meant) =>
        !meant.EndsWith(':') && Parse(meant, advise: false).Reference is not null ? $"Did you mean {meant}?" : null;

    private static (ImageReference?, Diagnostic?) Wrong(string message, string? help) => (null, new Diagnostic(Severity.Error, Code, message, Help: help));

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z")]
    private static partial Regex TagPattern();

    [GeneratedRegex(@"^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex RepositoryPattern();

    [GeneratedRegex(@"^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?\z")]
    private static partial Regex RegistryPattern();

    [GeneratedRegex(@"^(?:[^:/]+|\[[0-9A-Fa-f:]+\]):[0-9]+\z")]
    private static partial Regex PortPattern();

    [GeneratedRegex(@"^[0-9a-f]{64}\z")]
    private static partial Regex HexPattern();

    [GeneratedRegex(@"[^A-Za-z0-9_.-]+")]
    private static partial Regex NotInTag();

    [GeneratedRegex(@"[^a-z0-9._-]+")]
    private static partial Regex NotInPart();
}
