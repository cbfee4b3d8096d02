namespace Slipway.Conda.Packages;

/// <summary>A member of a ZIP file that is stored as it is: its name, and where its bytes are.</summary>
internal readonly record struct ZipMember(string Name, long Offset, long Length);
