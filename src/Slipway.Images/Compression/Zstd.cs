using System.Runtime.InteropServices;

namespace Slipway.Images.Compression;

/// <summary>libzstd (zstd.h): one-shot compression of a block, and streaming decompression.</summary>
internal static unsafe partial class Zstd
{
    private const int CompressionLevel = 100, ChecksumFlag = 201; // ZSTD_cParameter

    /// <summary>Compresses the block into a frame of its own, with its size and a checksum.</summary>
    internal static byte[] Compress(ReadOnlySpan<byte> block, int level)
    {
        nint context = CreateCCtx();
        try
        {
            Check(SetParameter(context, CompressionLevel, level));
            Check(SetParameter(context, ChecksumFlag, 1));
            byte[] frame = new byte[(int)CompressBound((nuint)block.Length)];
            nuint length = Check(Compress2(context, frame, (nuint)frame.Length, block, (nuint)block.Length));
            return frame[..(int)length];
        }
        finally
        {
            _ = FreeCCtx(context);
        }
    }

    internal static nuint Check(nuint result) => IsError(result) == 0
        ? result
        : throw new InvalidDataException($"The zstd data are damaged: {Marshal.PtrToStringUTF8(GetErrorName(result))}.");

    [StructLayout(LayoutKind.Sequential)]
    internal struct Buffer
    {
        internal byte* Data;
        internal nuint Size, Position;
    }

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_createDStream")]
    internal static partial nint CreateDStream();

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_freeDStream")]
    internal static partial nuint FreeDStream(nint stream);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_decompressStream")]
    internal static partial nuint DecompressStream(nint stream, ref Buffer output, ref Buffer input);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_createCCtx")]
    private static partial nint CreateCCtx();

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_freeCCtx")]
    private static partial nuint FreeCCtx(nint context);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_CCtx_setParameter")]
    private static partial nuint SetParameter(nint context, int parameter, int value);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_compressBound")]
    private static partial nuint CompressBound(nuint size);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_compress2")]
    private static partial nuint Compress2(nint context, Span<byte> destination, nuint capacity, ReadOnlySpan<byte> source, nuint size);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint code);

    [LibraryImport(NativeLibraries.Zstd, EntryPoint = "ZSTD_getErrorName")]
    private static partial nint GetErrorName(nuint code);
}

/// <summary>Decodes any number of zstd frames one after another.</summary>
internal sealed unsafe class ZstdDecoder : IDecoder
{
    private nint _stream;
    private bool _complete;

    internal ZstdDecoder()
    {
        NativeLibraries.Require(NativeLibraries.Zstd, "Zstandard compression", "libzstd1");
        _stream = Zstd.CreateDStream();
    }

    public string Name => "zstd";

    public bool Decode(ReadOnlySpan<byte> input, Span<byte> output, bool isLast, out int consumed, out int produced)
    {
        fixed (byte* from = input, to = output)
        {
            var source = new Zstd.Buffer { Data = from, Size = (nuint)input.Length };
            var target = new Zstd.Buffer { Data = to, Size = (nuint)output.Length };
            nuint hint = Zstd.Check(Zstd.DecompressStream(_stream, ref target, ref source));
            (consumed, produced) = ((int)source.Position, (int)target.Position);
            _complete = consumed + produced == 0 ? _complete : hint == 0;
            return _complete;
        }
    }

    public void Dispose()
    {
        _ = Zstd.FreeDStream(_stream);
        _stream = 0;
    }
}
