using System.Runtime.InteropServices;

namespace Slipway.Images.Compression;

/// <summary>Decodes bzip2 streams one after another with libbz2 (bzlib.h).</summary>
internal sealed unsafe partial class Bzip2Decoder : IDecoder
{
    private const int StreamEnd = 4; // BZ_STREAM_END

    private readonly State* _state;
    private bool _between = true;

    internal Bzip2Decoder()
    {
        NativeLibraries.Require(NativeLibraries.Bzip2, "bzip2 compression", "libbz2-1.0");
        _state = (State*)NativeMemory.AllocZeroed((nuint)sizeof(State));
    }

    public string Name => "bzip2";

    public bool Decode(ReadOnlySpan<byte> input, Span<byte> output, bool isLast, out int consumed, out int produced)
    {
        (consumed, produced) = (0, 0);
        if (_between)
        {
            if (input.Length == 0)
            {
                return true;
            }

            *_state = default;
            Check(Init(_state, 0, 0));
            _between = false;
        }

        fixed (byte* from = input, to = output)
        {
            _state->NextIn = from;
            _state->AvailableIn = (uint)input.Length;
            _state->NextOut = to;
            _state->AvailableOut = (uint)output.Length;
            int result = Run(_state);
            consumed = input.Length - (int)_state->AvailableIn;
            produced = output.Length - (int)_state->AvailableOut;
            if (result == StreamEnd)
            {
                _ = End(_state);
                _between = true;
            }
            else
            {
                Check(result);
            }

            return _between;
        }
    }

    public void Dispose()
    {
        if (!_between)
        {
            _ = End(_state);
        }

        NativeMemory.Free(_state);
    }

    private static void Check(int result)
    {
        if (result < 0)
        {
            throw new InvalidDataException($"The bzip2 data are damaged (error {result}).");
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct State
    {
        internal byte* NextIn;
        internal uint AvailableIn, TotalInLow, TotalInHigh;
        internal byte* NextOut;
        internal uint AvailableOut, TotalOutLow, TotalOutHigh;
        internal void* Internal, Allocate, Free, Opaque;
    }

    [LibraryImport(NativeLibraries.Bzip2, EntryPoint = "BZ2_bzDecompressInit")]
    private static partial int Init(State* state, int verbosity, int small);

    [LibraryImport(NativeLibraries.Bzip2, EntryPoint = "BZ2_bzDecompress")]
    private static partial int Run(State* state);

    [LibraryImport(NativeLibraries.Bzip2, EntryPoint = "BZ2_bzDecompressEnd")]
    private static partial int End(State* state);
}
