using Slipway.Foundation.Text;

namespace Slipway.Images.Registry.Policy;

/// <summary>A repository where it really is, and how safely it must be spoken to.</summary>
/// <param name="Registry">The registry as references name it.</param>
/// <param name="Repository">The repository there; empty for the registry itself.</param>
internal sealed record RegistryPlace(string Registry, string Repository)
{
    public bool IsInsecure { get; init; }

    public string? Certificates { get; init; }

    /// <summary>The rule that forbids it.</summary>
    public RegistryRule? BlockedBy { get; init; }

    /// <summary>The mirror's own part of the rule; null for the origin.</summary>
    public RegistryMirror? Mirror { get; init; }

    public string Name => Repository.Length > 0 ? $"{Registry}/{Repository}" : Registry;

    /// <exception cref="DiagnosticException">It is blocked.</exception>
    public void RequireAllowed()
    {
        if (BlockedBy is { } rule)
        {
            string besides = rule.Mirrors.Count > 0 ? "; only its mirrors may be asked, and they did not give it" : "";
            throw new DiagnosticException(new Diagnostic(
                Severity.Error, "registry-blocked", $"{Name} is blocked by {rule.Mark}{besides}", rule.Mark.Source, rule.Mark.Span,
                $"use another registry, or change the rule for '{rule.Prefix}' in {rule.Mark.Source.Path}"));
        }
    }
}

/// <summary>Where a name leads: places with copies, in the order they are asked, then the place itself.</summary>
internal sealed record RegistryRoute(RegistryPlace Origin, IReadOnlyList<RegistryPlace> Mirrors);
