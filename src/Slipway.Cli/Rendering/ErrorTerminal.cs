using System.Text;
using Slipway.Foundation.Linux;

namespace Slipway.Cli.Rendering;

/// <summary>The terminal behind standard error.</summary>
internal sealed class ErrorTerminal : ITerminal, IDisposable
{
    private const int StandardError = 2;
    private readonly Stream _stream = Console.OpenStandardError();

    public ErrorTerminal(Func<string, string?> environment)
    {
        Colour = TerminalTraits.Colour(environment, isTerminal: !Console.IsErrorRedirected);
        Unicode = TerminalTraits.Unicode(environment);
    }

    public int Columns => TerminalSize.Of(StandardError)?.Columns ?? 80;

    public int Rows => TerminalSize.Of(StandardError)?.Rows ?? 24;

    public bool Colour { get; }

    public bool Unicode { get; }

    public void Write(string text)
    {
        _stream.Write(Encoding.UTF8.GetBytes(text));
        _stream.Flush();
    }

    public void Dispose() => _stream.Dispose();
}
