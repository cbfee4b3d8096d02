using System.Text;

namespace Slipway.Foundation.Linux;

/// <summary>
/// Turns file names, which are bytes on Linux, into text and back without loss: UTF-8 becomes itself, a byte that is not part of
/// well-formed UTF-8 becomes one code unit U+DC80…U+DCFF (as Python's surrogateescape does).
/// </summary>
public static class PathText
{
    /// <summary>The text of the bytes.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var text = new StringBuilder(bytes.Length);
        while (bytes.Length > 0)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int used) == System.Buffers.OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                used = 1;
                text.Append((char)(0xDC00 + bytes[0]));
            }

            bytes = bytes[used..];
        }

        return text.ToString();
    }

    /// <summary>The bytes of the text, into a buffer that must hold <see cref="MaxLength"/> bytes; returns how many were written.</summary>
    public static int Encode(ReadOnlySpan<char> text, Span<byte> buffer)
    {
        if (System.Text.Unicode.Utf8.FromUtf16(text, buffer, out _, out int written, replaceInvalidSequences: false) == System.Buffers.OperationStatus.Done)
        {
            return written;
        }

        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                length += new Rune(c, text[++i]).EncodeToUtf8(buffer[length..]);
            }
            else if (c is >= '\uDC80' and <= '\uDCFF')
            {
                buffer[length++] = (byte)c;
            }
            else
            {
                length += (char.IsSurrogate(c) ? Rune.ReplacementChar : new Rune(c)).EncodeToUtf8(buffer[length..]);
            }
        }

        return length;
    }

    /// <summary>The bytes of the text.</summary>
    public static byte[] Encode(string text)
    {
        byte[] buffer = new byte[MaxLength(text)];
        return buffer[..Encode(text, buffer)];
    }

    /// <summary>A number of bytes in which the text surely fits.</summary>
    public static int MaxLength(ReadOnlySpan<char> text) => text.Length * 3;
}
