namespace Slipway.Packages.Zip;

/// <summary>A member of a ZIP file, by what both its headers say.</summary>
/// <param name="Name">Its path without the slash that directories have at the end; normal and relative.</param>
/// <param name="IsDirectory">Whether it is a directory.</param>
/// <param name="IsExecutable">Whether the archive's Unix mode lets anybody execute it.</param>
/// <param name="IsDeflated">Whether it is compressed; else it is stored as it is.</param>
/// <param name="Offset">Where its bytes begin in the file.</param>
/// <param name="StoredSize">How many bytes it takes there.</param>
/// <param name="Size">How many it has.</param>
/// <param name="Crc">Their CRC-32.</param>
public sealed record ZipEntry(string Name, bool IsDirectory, bool IsExecutable, bool IsDeflated, long Offset, long StoredSize, long Size, uint Crc);
