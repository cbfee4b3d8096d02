using Slipway.PyPi.Indexes.Metadata;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Indexes;

/// <summary>What a distribution says of itself (core metadata, <c>METADATA</c> of wheels and <c>PKG-INFO</c> of source distributions), as far as choosing and installing need it.</summary>
public sealed record CoreMetadata
{
    /// <summary><c>2.1</c>, …</summary>
    public required string MetadataVersion { get; init; }

    /// <summary>The name as it was written.</summary>
    public required string Name { get; init; }

    public required ProjectName Project { get; init; }

    public required PythonVersion Version { get; init; }

    /// <summary>What it needs, in the order of the file, those of extras included (their markers ask for <c>extra</c>).</summary>
    public IReadOnlyList<Requirement> RequiresDist { get; init; } = [];

    /// <summary>The Pythons it is for; null: all, or something that cannot be read.</summary>
    public VersionSpecifiers? RequiresPython { get; init; }

    /// <summary>The extras it offers.</summary>
    public IReadOnlyList<ExtraName> ProvidesExtra { get; init; } = [];

    /// <summary>Names of fields, in small letters, that building it may change (<c>Dynamic</c>, metadata 2.2).</summary>
    public IReadOnlyList<string> Dynamic { get; init; } = [];

    /// <summary>One line about it; null: none.</summary>
    public string? Summary { get; init; }

    /// <summary>Its licence: the SPDX expression (PEP 639), else the short text of <c>License</c>; null: none.</summary>
    public string? License { get; init; }

    /// <summary>Whether what a source distribution says of its requirements is what its wheel will say (PEP 643): metadata 2.2 or later, and none of the fields in question dynamic.</summary>
    public bool IsStatic => PythonVersion.TryParse(MetadataVersion, out PythonVersion? version) && version >= s_static
        && !Dynamic.Any(name => name is "requires-dist" or "requires-python" or "provides-extra" or "version");

    private static readonly PythonVersion s_static = PythonVersion.Parse("2.2");

    /// <summary>Reads it.</summary>
    /// <param name="bytes">The file, or its head: what stands behind the first empty line is not looked at.</param>
    /// <exception cref="FormatException">It is none, or a requirement in it cannot be understood even as older tools meant it: such a version is passed over.</exception>
    public static CoreMetadata Read(ReadOnlySpan<byte> bytes) => CoreMetadataReader.Read(bytes);

    /// <inheritdoc cref="Read(ReadOnlySpan{byte})"/>
    public static async Task<CoreMetadata> ReadAsync(Stream stream, CancellationToken cancellationToken) =>
        CoreMetadataReader.Read(await CoreMetadataReader.HeadAsync(stream, cancellationToken));
}
