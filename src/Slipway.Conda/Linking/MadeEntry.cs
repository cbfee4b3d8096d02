using System.Security.Cryptography;
using Slipway.Packages.Contents;

namespace Slipway.Conda.Linking;

/// <summary>Entries whose bytes are made here.</summary>
internal static class MadeEntry
{
    internal static LinkEntry Of(string path, byte[] bytes, bool isExecutable = false, string pathType = "hardlink") => new()
    {
        Path = path,
        Kind = PackageMemberKind.File,
        IsExecutable = isExecutable,
        PathType = pathType,
        Made = bytes,
        Size = bytes.Length,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
    };
}
