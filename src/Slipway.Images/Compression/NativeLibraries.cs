using System.Runtime.InteropServices;
using Slipway.Foundation.Text;

namespace Slipway.Images.Compression;

/// <summary>The compression libraries of the system, by the names that every distribution gives them.</summary>
internal static class NativeLibraries
{
    internal const string Zstd = "libzstd.so.1", Bzip2 = "libbz2.so.1.0", Xz = "liblzma.so.5";

    /// <summary>Says what to install when the library is not there, before a call fails with less good words.</summary>
    /// <exception cref="DiagnosticException">The library is not there.</exception>
    internal static void Require(string library, string what, string package)
    {
        if (!NativeLibrary.TryLoad(library, out _))
        {
            throw new DiagnosticException(
                "missing-library", $"{what} needs the system library {library}, which is not installed.", $"Install it, on Debian and Ubuntu with: apt-get install {package}");
        }
    }
}
