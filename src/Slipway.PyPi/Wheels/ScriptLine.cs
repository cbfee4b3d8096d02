using System.Text;
using Slipway.Foundation.Files;
using Slipway.Packages.Entries;

namespace Slipway.PyPi.Wheels;

/// <summary>Gives scripts that begin with <c>#!python</c> the first line that finds the environment's Python; arguments behind it are not kept, which no other installer does either.</summary>
internal static class ScriptLine
{
    /// <summary>The new bytes for the first line, with its line feed.</summary>
    internal static byte[] For(string interpreter) => Encoding.UTF8.GetBytes(Shebang.ForPython(interpreter) + "\n");

    /// <summary>The change of a script.</summary>
    /// <param name="interpreter">The environment's Python.</param>
    /// <param name="length">The bytes of the first line that it has.</param>
    internal static EntryChange Change(string interpreter, int length) => new($"python {interpreter}", stream => new Script(For(interpreter), length, stream));

    private sealed class Script(byte[] line, int skipped, Stream source) : ForwardStream
    {
        private int _at, _skipped;

        public override int Read(Span<byte> buffer)
        {
            if (_at < line.Length)
            {
                int count = Math.Min(buffer.Length, line.Length - _at);
                line.AsSpan(_at, count).CopyTo(buffer);
                _at += count;
                return count;
            }

            Span<byte> rest = stackalloc byte[256];
            while (_skipped < skipped)
            {
                int read = source.Read(rest[..Math.Min(rest.Length, skipped - _skipped)]);
                _skipped += read > 0 ? read : throw new EndOfStreamException();
            }

            return source.Read(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                source.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
