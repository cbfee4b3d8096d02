using Slipway.Packages.Contents;

namespace Slipway.Packages.Entries;

/// <summary>Tells whether two entries are names of one file: the same bytes of one package's archive, changed in the same way.</summary>
internal readonly record struct SharedName(PackageContents Contents, long Content, bool IsExecutable, string? Change)
{
    /// <summary>Null for what cannot be shared: made files, empty ones (which take no place of their own in a package), and those that must be copies.</summary>
    internal static SharedName? Of(EnvironmentEntry entry) => entry is { Contents: { } contents, Member: { Kind: PackageMemberKind.File, Size: > 0 } member, MustBeCopy: false }
        ? new SharedName(contents, member.Content, entry.IsExecutable, entry.Change?.Identity)
        : null;
}
