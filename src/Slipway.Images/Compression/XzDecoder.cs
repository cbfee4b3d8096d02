using System.Runtime.InteropServices;

namespace Slipway.Images.Compression;

/// <summary>Decodes xz streams one after another with liblzma (lzma/container.h), within 256 MiB of memory.</summary>
internal sealed unsafe partial class XzDecoder : IDecoder
{
    private const ulong MemoryLimit = 256 << 20;
    private const uint Concatenated = 8; // LZMA_CONCATENATED
    private const int Run = 0, Finish = 3, StreamEnd = 1, BufferError = 10; // lzma_action, lzma_ret

    private readonly State* _state;

    internal XzDecoder()
    {
        NativeLibraries.Require(NativeLibraries.Xz, "xz compression", "liblzma5");
        _state = (State*)NativeMemory.AllocZeroed((nuint)sizeof(State));
        Check(StreamDecoder(_state, MemoryLimit, Concatenated));
    }

    public string Name => "xz";

    public bool Decode(ReadOnlySpan<byte> input, Span<byte> output, bool isLast, out int consumed, out int produced)
    {
        fixed (byte* from = input, to = output)
        {
            _state->NextIn = from;
            _state->AvailableIn = (nuint)input.Length;
            _state->NextOut = to;
            _state->AvailableOut = (nuint)output.Length;
            int result = Code(_state, isLast ? Finish : Run);
            consumed = input.Length - (int)_state->AvailableIn;
            produced = output.Length - (int)_state->AvailableOut;
            if (result is not (StreamEnd or BufferError))
            {
                Check(result);
            }

            return result == StreamEnd;
        }
    }

    public void Dispose()
    {
        End(_state);
        NativeMemory.Free(_state);
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new InvalidDataException($"The xz data are damaged or need more than {MemoryLimit >> 20} MiB of memory (error {result}).");
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct State
    {
        internal byte* NextIn;
        internal nuint AvailableIn;
        internal ulong TotalIn;
        internal byte* NextOut;
        internal nuint AvailableOut;
        internal ulong TotalOut;
        internal void* Allocator, Internal, Reserved1, Reserved2, Reserved3, Reserved4;
        internal ulong SeekPosition, Reserved5;
        internal nuint Reserved6, Reserved7;
        internal int Reserved8, Reserved9;
    }

    [LibraryImport(NativeLibraries.Xz, EntryPoint = "lzma_stream_decoder")]
    private static partial int StreamDecoder(State* state, ulong memoryLimit, uint flags);

    [LibraryImport(NativeLibraries.Xz, EntryPoint = "lzma_code")]
    private static partial int Code(State* state, int action);

    [LibraryImport(NativeLibraries.Xz, EntryPoint = "lzma_end")]
    private static partial void End(State* state);
}
