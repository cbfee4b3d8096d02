using System.Buffers.Binary;
using System.Text;

namespace Slipway.PyPi.Tags;

/// <summary>What the beginning of a program says of the machine it is for (elf(5)).</summary>
/// <param name="Architecture">As the kernel calls it: <c>x86_64</c>; null: one that no wheels are made for.</param>
/// <param name="Interpreter">The C library's loader that starts it; null: it is linked statically.</param>
internal sealed record ElfHeader(string? Architecture, string? Interpreter)
{
    private const int HeaderSize = 64, MostHead = 64 * 1024, InterpreterSegment = 3;

    /// <summary>Reads it; null when the file is no ELF program.</summary>
    public static async Task<ElfHeader?> TryReadAsync(Stream file, CancellationToken cancellationToken)
    {
        byte[] head = new byte[MostHead];
        int length = await file.ReadAtLeastAsync(head, MostHead, throwOnEndOfStream: false, cancellationToken);
        return length >= HeaderSize && head.AsSpan().StartsWith("\u007fELF"u8) ? Read(head.AsSpan(0, length)) : null;
    }

    private static ElfHeader Read(ReadOnlySpan<byte> head)
    {
        bool is64 = head[4] == 2, isLittle = head[5] == 1;
        string? architecture = Half(head, 18) switch
        {
            3 => "i686",
            21 => isLittle ? "ppc64le" : "ppc64",
            22 => is64 ? "s390x" : null,
            40 => "armv7l",
            62 => is64 ? "x86_64" : null,
            183 => "aarch64",
            243 => is64 ? "riscv64" : null,
            258 => "loongarch64",
            _ => null,
        };
        long table = is64 ? Quad(head, 32) : Word(head, 28);
        int size = Half(head, is64 ? 54 : 42), count = Half(head, is64 ? 56 : 44);
        for (int i = 0; i < count && size >= (is64 ? 56 : 32); i++)
        {
            long at = table + ((long)i * size);
            if (at < 0 || at > head.Length - size)
            {
                break;
            }

            ReadOnlySpan<byte> segment = head[(int)at..];
            if (Word(segment, 0) == InterpreterSegment)
            {
                long offset = is64 ? Quad(segment, 8) : Word(segment, 4), length = is64 ? Quad(segment, 32) : Word(segment, 16);
                return new ElfHeader(architecture, offset >= 0 && length > 0 && offset <= head.Length - length ? Encoding.UTF8.GetString(head.Slice((int)offset, (int)length)).TrimEnd('\0') : null);
            }
        }

        return new ElfHeader(architecture, null);

        int Half(ReadOnlySpan<byte> bytes, int at) => isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]) : BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
        long Word(ReadOnlySpan<byte> bytes, int at) => isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) : BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
        long Quad(ReadOnlySpan<byte> bytes, int at) => isLittle ? BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]) : BinaryPrimitives.ReadInt64BigEndian(bytes[at..]);
    }
}
