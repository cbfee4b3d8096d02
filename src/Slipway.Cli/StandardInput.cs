using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Slipway.Cli;

/// <summary>
/// Answers to questions, read from standard input itself. .NET's console would take the terminal over for it: it shows what is typed by its own means, even where the
/// terminal was told not to, and writes control sequences as soon as it is looked at.
/// </summary>
internal static class StandardInput
{
    private const int LongestLine = 64 * 1024;

    /// <summary>One line without its end, on another thread, so that an interrupt need not wait for it; empty at the end of input.</summary>
    public static Task<string> ReadLineAsync(CancellationToken cancellationToken) => Task.Run(ReadLine, cancellationToken).WaitAsync(cancellationToken);

    private static string ReadLine()
    {
        using var handle = new SafeFileHandle(0, ownsHandle: false);
        using var input = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        byte[] line = new byte[LongestLine];
        int length = 0, read;
        while (length < line.Length && Array.IndexOf(line, (byte)'\n', 0, length) < 0 && (read = input.Read(line, length, line.Length - length)) > 0)
        {
            length += read;
        }

        return Encoding.UTF8.GetString(line, 0, length).Split('\n')[0].TrimEnd('\r');
    }
}
