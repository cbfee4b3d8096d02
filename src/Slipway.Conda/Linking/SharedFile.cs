using Slipway.Conda.Packages;

namespace Slipway.Conda.Linking;

/// <summary>Tells whether two entries are names of one file: the same bytes of one package's archive, changed in the same way.</summary>
internal readonly record struct SharedFile(UnpackedPackage Package, long Content, bool IsExecutable, RelocationMode? Mode, string? Placeholder)
{
    /// <summary>Null for what cannot be shared: made files, empty ones (which take no place of their own in a package), and those that must be copies.</summary>
    internal static SharedFile? Of(LinkEntry entry) => entry is { Package: { } package, Member: { Kind: PackageMemberKind.File, Size: > 0 } member, Source.NoLink: false }
        ? new SharedFile(package, member.Content, entry.IsExecutable, entry.Source.Relocation, entry.Source.Placeholder)
        : null;
}
