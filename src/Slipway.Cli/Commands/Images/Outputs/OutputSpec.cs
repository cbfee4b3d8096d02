using System.Collections.Immutable;
using Slipway.Images.Export;
using Slipway.Images.Model;

namespace Slipway.Cli.Commands.Images.Outputs;

/// <summary>What a result is written as.</summary>
internal enum OutputKind
{
    /// <summary>The files of the image in a folder.</summary>
    Local,

    /// <summary>The files of the image in a tar.</summary>
    Tar,

    /// <summary>An OCI layout, as an archive or a folder.</summary>
    Oci,

    /// <summary>An archive for <c>docker load</c>; without a destination the image just stays in the store.</summary>
    Docker,

    /// <summary>An image of the store, pushed or not.</summary>
    Image,
}

/// <summary>One <c>--output</c>.</summary>
internal sealed record OutputSpec(OutputKind Kind)
{
    /// <summary>As written, for messages.</summary>
    public string Text { get; init; } = "";

    /// <summary>The file or folder; <c>-</c> for standard output, null for none.</summary>
    public string? Destination { get; init; }

    /// <summary>Names of this output alone; when there are none, those of <c>-t</c> hold.</summary>
    public ImmutableArray<ImageReference> Names { get; init; } = [];

    public bool Push { get; init; }

    /// <summary>OCI layouts: whether they are an archive rather than a folder.</summary>
    public bool AsTar { get; init; } = true;

    public ImageForm Form { get; init; } = new();

    /// <summary>Whether <see cref="Form"/> was asked for; otherwise layers are compressed as the place expects.</summary>
    public bool HasForm { get; init; }

    /// <summary>Added to the index of several platforms.</summary>
    public ImmutableSortedDictionary<string, string> IndexAnnotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public bool ToStandardOutput => Destination == "-";
}
