using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Images.Registry.Policy;

/// <summary>All that was decided about registries. Names in the store, in tags and in messages about images stay as the user wrote them; this says only whom to ask.</summary>
/// <param name="Rules">At most one for each prefix.</param>
public sealed record RegistryPolicy(IReadOnlyList<RegistryRule> Rules)
{
    public static RegistryPolicy Empty { get; } = new([]);

    /// <summary>The rule of the longest prefix that covers a name (<c>registry[/repository]</c>), or null.</summary>
    public RegistryRule? Find(string name) => Rules.Where(rule => RegistryPrefix.Match(rule.Prefix, name) >= 0).MaxBy(rule => rule.Prefix.Length);

    /// <summary>Where a repository is asked for.</summary>
    /// <exception cref="DiagnosticException">A rule makes a name of it that no registry can have.</exception>
    internal RegistryRoute RouteOf(string registry, string repository)
    {
        string name = repository.Length > 0 ? $"{registry}/{repository}" : registry;
        if (Find(name) is not { } rule)
        {
            return new RegistryRoute(new RegistryPlace(registry, repository), []);
        }

        RegistryPlace origin = rule.Location is { } location ? PlaceOf(Rewrite(name, rule, location, rule.Mark), rule.Mark) : new RegistryPlace(registry, repository);
        origin = Decide(origin);
        origin = origin with
        {
            IsInsecure = rule.IsInsecure || origin.IsInsecure,
            Certificates = rule.Certificates ?? origin.Certificates,
            BlockedBy = rule.IsBlocked ? rule : origin.BlockedBy,
        };
        return new RegistryRoute(origin, repository.Length == 0 ? [] : [.. rule.Mirrors.Select(mirror => MirrorOf(name, rule, mirror))]);
    }

    /// <summary>A registry or repository as it stands, without mirrors and other locations: for a login.</summary>
    internal RegistryPlace PlaceAt(string registry, string repository) => Decide(new RegistryPlace(registry, repository));

    private RegistryPlace MirrorOf(string name, RegistryRule rule, RegistryMirror mirror)
    {
        RegistryPlace place = Decide(PlaceOf(Rewrite(name, rule, mirror.Location, mirror.Mark), mirror.Mark));
        return place with { IsInsecure = mirror.IsInsecure || place.IsInsecure, Certificates = mirror.Certificates ?? place.Certificates, Mirror = mirror };
    }

    // What is said of a place holds also when it is reached by another name.
    private RegistryPlace Decide(RegistryPlace place) => Find(place.Name) is { } rule
        ? place with { IsInsecure = rule.IsInsecure, Certificates = rule.Certificates, BlockedBy = rule.IsBlocked ? rule : null }
        : place;

    private static string Rewrite(string name, RegistryRule rule, string location, ConfigMark mark)
    {
        string rewritten = location + name[RegistryPrefix.Match(rule.Prefix, name)..];
        bool lostPath = name.Contains('/', StringComparison.Ordinal) && !rewritten.Contains('/', StringComparison.Ordinal);
        return lostPath ? throw Bad(rewritten, name, mark) : rewritten;
    }

    private static RegistryPlace PlaceOf(string name, ConfigMark mark)
    {
        (string host, string path) = RegistryPrefix.Split(name);
        return path.Length == 0 ? new RegistryPlace(host, "")
            : ImageReference.TryParse(name, out ImageReference? reference) && reference.Registry == host ? new RegistryPlace(host, reference.Repository)
            : throw Bad(name, name, mark);
    }

    private static DiagnosticException Bad(string rewritten, string name, ConfigMark mark) => new(new Diagnostic(
        Severity.Error, "bad-location", $"this location makes '{rewritten}' of '{name}', which is no repository of a registry", mark.Source, mark.Span,
        "give a location a path when its prefix covers a whole name: host[:port]/path"));
}
