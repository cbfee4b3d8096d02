using System.Buffers;
using Slipway.Foundation.Files;
using Slipway.Packages.Entries;

namespace Slipway.Conda.Linking;

/// <summary>
/// The bytes of a file with its prefix replaced. A window slides over the source: what surely holds no placeholder is handed out as it is, and a
/// placeholder that might be cut by the window's end waits for the next bytes.
/// </summary>
internal sealed class RelocatedStream : ForwardStream
{
    private const int WindowSize = 256 * 1024;

    private readonly Stream _source;
    private readonly byte[] _placeholder, _prefix;
    private readonly bool _isBinary;
    private byte[] _window = ArrayPool<byte>.Shared.Rent(WindowSize);
    private int _start, _end;
    private bool _sourceEnded, _isFirst = true;

    // What is handed out next, in this order: made bytes, zeros, then so many bytes of the window.
    private ReadOnlyMemory<byte> _made;
    private long _zeros;
    private int _plain;

    // What comes when the plain bytes are out.
    private bool _placeholderNext, _endOfTextNext;

    // Inside a text of a binary file that has become shorter by so much.
    private long _missing;

    internal RelocatedStream(Stream source, Relocation relocation)
    {
        _source = source;
        (_placeholder, _prefix, _isBinary) = (relocation.Placeholder, relocation.Prefix, relocation.Mode == RelocationMode.Binary);
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.Length == 0)
        {
            return 0;
        }

        for (; ; )
        {
            if (_made.Length > 0)
            {
                int count = Math.Min(_made.Length, buffer.Length);
                _made.Span[..count].CopyTo(buffer);
                _made = _made[count..];
                return count;
            }

            if (_zeros > 0)
            {
                int count = (int)Math.Min(_zeros, buffer.Length);
                buffer[..count].Clear();
                _zeros -= count;
                return count;
            }

            if (_plain > 0)
            {
                int count = Math.Min(_plain, buffer.Length);
                _window.AsSpan(_start, count).CopyTo(buffer);
                (_start, _plain) = (_start + count, _plain - count);
                return count;
            }

            if (!Advance())
            {
                return 0;
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _window.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_window);
            _window = [];
            _source.Dispose();
        }

        base.Dispose(disposing);
    }

    // Finds out what is handed out next; false at the end.
    private bool Advance()
    {
        if (_isFirst)
        {
            _isFirst = false;
            Fill();
            if (!_isBinary && Shebang.IsOne(_window.AsSpan(_start, _end - _start)))
            {
                _made = ReadShebang();
                return true;
            }
        }

        if (_placeholderNext)
        {
            _placeholderNext = false;
            _start += _placeholder.Length;
            _missing += _isBinary ? _placeholder.Length - _prefix.Length : 0;
            _made = _prefix;
            return true;
        }

        if (_endOfTextNext)
        {
            _endOfTextNext = false;
            (_zeros, _missing) = (_missing, 0);
            return true;
        }

        if (_end - _start < _placeholder.Length && !_sourceEnded)
        {
            Fill();
        }

        if (_start == _end && _sourceEnded)
        {
            // A text that the end of the file cuts short: the file keeps its length all the same.
            (_zeros, _missing) = (_missing, 0);
            return _zeros > 0;
        }

        Scan();
        return true;
    }

    private void Scan()
    {
        ReadOnlySpan<byte> window = _window.AsSpan(_start, _end - _start);
        int found = window.IndexOf(_placeholder);
        _placeholderNext = found >= 0;
        _plain = found >= 0 ? found : _sourceEnded ? window.Length : Math.Max(0, window.Length - _placeholder.Length + 1);
        if (_missing > 0 && window[.._plain].IndexOf((byte)0) is var zero and >= 0)
        {
            (_plain, _endOfTextNext, _placeholderNext) = (zero, true, false);
        }
    }

    private ReadOnlyMemory<byte> ReadShebang()
    {
        int length;
        while ((length = _window.AsSpan(_start, _end - _start).IndexOf((byte)'\n')) < 0)
        {
            if (_sourceEnded || _end - _start == _window.Length)
            {
                length = _end - _start; // the whole file, or a line of a length that no interpreter's has
                break;
            }

            Fill();
        }

        byte[] line = Shebang.Relocate(_window.AsSpan(_start, length), _placeholder, _prefix);
        _start += length;
        return line;
    }

    // As many bytes as there is room for; moves what is left to the front.
    private void Fill()
    {
        _window.AsSpan(_start, _end - _start).CopyTo(_window);
        (_start, _end) = (0, _end - _start);
        int read = _source.ReadAtLeast(_window.AsSpan(_end), Math.Min(_window.Length - _end, _placeholder.Length + 2), throwOnEndOfStream: false);
        _sourceEnded = read == 0 || read < _placeholder.Length + 2 && _end + read < _window.Length;
        _end += read;
    }
}
