using System.Collections.Immutable;
using Slipway.Foundation.Hashing;

namespace Slipway.Build.Graph;

/// <summary>COPY and ADD: lays files of a source over the parent as one layer. Nothing is mounted and nothing is run.</summary>
public sealed class CopyOperation(StepOrigin origin, Operation parent, CopyDefinition copy) : Operation(origin)
{
    public override Operation Parent { get; } = parent;

    public CopyDefinition Copy { get; } = copy;

    public override IReadOnlyList<Operation> Inputs { get; } =
        [parent, .. copy.Items.Select(i => i.From).OfType<OperationSource>().Select(s => s.Operation).Distinct()];

    internal override void Describe(KeyBuilder key)
    {
        key.Add("destination", Copy.Destination);
        key.Add("owner", Copy.Owner);
        key.Add("mode", Copy.Mode);
        key.Add("link", Copy.Link.ToString());
        key.Add("parents", Copy.Parents.ToString());
        key.Add("unpack", Copy.Unpack.ToString());
        key.AddRange("exclude", Copy.Exclude);
        foreach (CopyItem item in Copy.Items)
        {
            key.Add("source", item.Pattern);
            key.Add("source.from", item.From is OperationSource ? null : item.From.Name);
            key.Add("source.checksum", item.Checksum);
        }
    }
}

/// <summary>Everything that decides what a COPY or ADD does, all variables expanded.</summary>
public sealed record CopyDefinition
{
    public required ImmutableArray<CopyItem> Items { get; init; }

    /// <summary>Absolute; a slash at the end says that it is a directory.</summary>
    public required string Destination { get; init; }

    /// <summary>As --chown has it; null keeps the source's owner (root for files of the context).</summary>
    public string? Owner { get; init; }

    /// <summary>As --chmod has it, octal or symbolic.</summary>
    public string? Mode { get; init; }

    /// <summary>With --link the layer does not look at its parent: missing directories are root's, links in the parent are not followed.</summary>
    public bool Link { get; init; }

    /// <summary>With --parents the source's directories are kept below the destination.</summary>
    public bool Parents { get; init; }

    public ImmutableArray<string> Exclude { get; init; } = [];

    public Unpacking Unpack { get; init; }
}

/// <summary>One source of a COPY or ADD.</summary>
/// <param name="From">Where the files are.</param>
/// <param name="Pattern">A path or Go wildcard within it, as written after expansion.</param>
/// <param name="Checksum">As --checksum has it; null without one.</param>
public sealed record CopyItem(FileSource From, string Pattern, string? Checksum = null);

/// <summary>What ADD does with archives.</summary>
public enum Unpacking
{
    /// <summary>COPY: an archive is a file like any other.</summary>
    Never,

    /// <summary>ADD: local archives are unpacked, downloaded ones are not.</summary>
    LocalOnly,

    /// <summary>ADD --unpack.</summary>
    Always,
}
