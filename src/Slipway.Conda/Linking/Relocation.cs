using System.Text;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Linking;

/// <summary>How a file that holds the path of the environment it was built in is made to fit another (CEP 34, <c>file_mode</c>).</summary>
public enum RelocationMode
{
    /// <summary>The path is replaced wherever it stands, and the first line is looked at as a program's interpreter.</summary>
    Text,

    /// <summary>The path is replaced inside texts that end with a zero byte, which are filled up with zeros: nothing else moves.</summary>
    Binary,
}

/// <summary>
/// Replaces one path by another in a file. The new bytes are made while the old ones are read; only a window of them is in memory.
/// </summary>
public sealed class Relocation
{
    private Relocation(RelocationMode mode, byte[] placeholder, byte[] prefix) => (Mode, Placeholder, Prefix) = (mode, placeholder, prefix);

    public RelocationMode Mode { get; }

    internal byte[] Placeholder { get; }

    internal byte[] Prefix { get; }

    /// <param name="mode">Text or binary.</param>
    /// <param name="placeholder">What the package was built with.</param>
    /// <param name="prefix">Where the environment will be.</param>
    /// <param name="file">The file, for messages.</param>
    /// <exception cref="DiagnosticException">In a binary file the prefix has no room.</exception>
    public static Relocation Create(RelocationMode mode, string placeholder, string prefix, string file)
    {
        byte[] from = Encoding.UTF8.GetBytes(placeholder), to = Encoding.UTF8.GetBytes(prefix);
        if (from.Length == 0)
        {
            throw new InvalidDataException($"'{file}' has an empty prefix placeholder.");
        }

        // By length alone, whether or not the placeholder occurs: what can be installed where must not hang on a file's bytes.
        return mode == RelocationMode.Binary && to.Length > from.Length
            ? throw new DiagnosticException(
                "prefix-too-long", $"'{file}' was built with room for a prefix of {from.Length} bytes; '{prefix}' has {to.Length}.",
                $"Choose a shorter prefix, of at most {from.Length} bytes.")
            : new Relocation(mode, from, to);
    }

    /// <summary>The relocated bytes of a file; disposing the stream disposes the source.</summary>
    public Stream Open(Stream source) => new RelocatedStream(source, this);
}
