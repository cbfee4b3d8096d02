using Slipway.Foundation.Files;

namespace Slipway.Images.Compression;

/// <summary>A decoder of one compression; a state in a native library.</summary>
internal interface IDecoder : IDisposable
{
    /// <summary>The name in messages.</summary>
    string Name { get; }

    /// <summary>Turns input into output as far as either lasts. The result says whether the input so far is complete: it may end here.</summary>
    /// <exception cref="InvalidDataException">The input is damaged.</exception>
    bool Decode(ReadOnlySpan<byte> input, Span<byte> output, bool isLast, out int consumed, out int produced);
}

/// <summary>The bytes that a decoder makes of a compressed stream.</summary>
internal sealed class DecodingStream(Stream source, IDecoder decoder) : ForwardStream
{
    private readonly byte[] _input = new byte[128 * 1024];
    private int _start, _end;
    private bool _sourceEnded, _complete;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.Length == 0)
        {
            return 0;
        }

        for (; ; )
        {
            if (_start == _end && !_sourceEnded)
            {
                (_start, _end) = (0, source.Read(_input));
                _sourceEnded = _end == 0;
            }

            if (_sourceEnded && _complete)
            {
                return 0;
            }

            _complete = decoder.Decode(_input.AsSpan(_start.._end), buffer, _sourceEnded, out int consumed, out int produced);
            _start += consumed;
            if (produced > 0)
            {
                return produced;
            }

            if (_sourceEnded && consumed == 0 && !_complete)
            {
                throw new InvalidDataException($"The {decoder.Name} data end too early; they are truncated.");
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            decoder.Dispose();
            source.Dispose();
        }

        base.Dispose(disposing);
    }
}
