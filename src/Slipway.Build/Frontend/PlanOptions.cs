using System.Collections.Immutable;
using Slipway.Images.Model;
using Slipway.Sandbox.Containers;

namespace Slipway.Build.Frontend;

/// <summary>What decides a plan besides the recipe.</summary>
public sealed record PlanOptions
{
    /// <summary>The stage to build, by name or number; null for the last.</summary>
    public string? Target { get; init; }

    public ImmutableDictionary<string, string> BuildArguments { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What the image is for.</summary>
    public Platform Platform { get; init; } = Platform.Host;

    /// <summary>Whether steps are labelled with their platform: when the same recipe is built for several.</summary>
    public bool ShowPlatform { get; init; }

    /// <summary>What the build runs on.</summary>
    public Platform BuildPlatform { get; init; } = Platform.Host;

    /// <summary>Labels added to the image.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>
    /// <c>--build-context name=value</c>: what stands in for a stage or image of that name. The value is <c>docker-image://…</c> or <c>oci-layout://…</c>, or null
    /// for files that the build opens under that name.
    /// </summary>
    public ImmutableDictionary<string, string?> NamedContexts { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>Stages that the recipe names and something else makes; null: there are none.</summary>
    public IVirtualStages? VirtualStages { get; init; }

    /// <summary>The network of RUN steps that do not choose one.</summary>
    public NetworkMode Network { get; init; } = NetworkMode.Host;

    public ImmutableArray<ExtraHost> ExtraHosts { get; init; } = [];

    /// <summary>Size of /dev/shm in bytes; null for the default.</summary>
    public long? ShmSize { get; init; }

    /// <summary>The image that the value of a named context names: a reference, or <c>oci-layout://…</c>.</summary>
    internal static string ImageOf(string namedContext)
    {
        const string Image = "docker-image://";
        return namedContext.StartsWith(Image, StringComparison.Ordinal) ? namedContext[Image.Length..] : namedContext;
    }
}
