using System.Collections.Immutable;
using Slipway.Build.Graph;
using Slipway.Images.Model;

namespace Slipway.Build.Frontend;

/// <summary>
/// Stages that no recipe writes down. Their names stand where those of stages do (<c>FROM</c>, <c>COPY --from</c>, <c>RUN --mount=from=</c>), and something above the builder says what is in
/// them. A named context or a stage of such a name comes first, an image after.
/// </summary>
public interface IVirtualStages
{
    /// <summary>Whether a name is one of a virtual stage, be it right or wrong.</summary>
    bool Knows(string name);

    /// <summary>The image that a stage begins with which is built <c>FROM</c> a virtual stage; a reference.</summary>
    /// <param name="name">The virtual stage.</param>
    /// <param name="platform">What it is for.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">There is no such stage; a mistake without a place is one of its name.</exception>
    Task<string> BaseAsync(string name, Platform platform, CancellationToken cancellationToken);

    /// <summary>Finds out what is in a virtual stage. Nothing of it is fetched yet.</summary>
    /// <param name="name">The virtual stage.</param>
    /// <param name="below">The image that the stage is built on which takes files from it; null for one that is built on none.</param>
    /// <param name="platform">What it is for.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">As for <see cref="BaseAsync"/>, or there is no such content for that image.</exception>
    Task<IVirtualStage> OpenAsync(string name, BaseImage? below, Platform platform, CancellationToken cancellationToken);
}

/// <summary>A stage that holds one folder and nothing else, in layers that can be laid over any other as they are.</summary>
public interface IVirtualStage
{
    /// <summary>Absolute path of the folder. Its files only work there.</summary>
    string Folder { get; }

    /// <summary>The layers, lowest first. None of them looks at what is below.</summary>
    IReadOnlyList<VirtualLayer> Layers { get; }

    /// <summary>What a container of the folder alone would run; empty: what the image below says.</summary>
    IReadOnlyList<string> Command { get; }

    /// <summary>The variables of a stage built <c>FROM</c> this one, besides those of <see cref="VariablesAsync"/>.</summary>
    IReadOnlyDictionary<string, string> ImageVariables { get; }

    /// <summary>The variables that a stage gets with the whole folder.</summary>
    /// <param name="before">The stage's variables so far.</param>
    /// <param name="cancellationToken">Stops.</param>
    Task<ImmutableSortedDictionary<string, string>> VariablesAsync(IReadOnlyDictionary<string, string> before, CancellationToken cancellationToken);
}

/// <summary>A layer of a virtual stage.</summary>
/// <param name="Title">Says in a few words what is in it.</param>
/// <param name="Source">Makes it.</param>
public sealed record VirtualLayer(string Title, ILayerSource Source);
