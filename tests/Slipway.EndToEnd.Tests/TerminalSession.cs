using System.Diagnostics;
using System.Text;

namespace Slipway.EndToEnd.Tests;

/// <summary>A shell line on a terminal of its own (script(1)), typed to by somebody who waits for what is shown.</summary>
internal sealed class TerminalSession : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _shown = new();

    public TerminalSession(string line, string folder, IReadOnlyDictionary<string, string?> variables) =>
        _process = (new Command("script", "-qec", line, "/dev/null") { Folder = folder, Variables = variables }).Start();

    /// <summary>All that the terminal showed so far.</summary>
    public string Shown => _shown.ToString();

    /// <summary>Waits until the terminal shows a text.</summary>
    public async Task UntilAsync(string text)
    {
        var buffer = new char[1024];
        while (!Shown.Contains(text, StringComparison.Ordinal))
        {
            var read = await _process.StandardOutput.ReadAsync(buffer, TestContext.Current.CancellationToken);
            Assert.True(read > 0, $"'{text}' did not come; what came: {_shown}");
            _shown.Append(buffer, 0, read);
        }
    }

    public async Task TypeAsync(string keys)
    {
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits for the end of the line; its exit code.</summary>
    public async Task<int> EndAsync()
    {
        _shown.Append(await _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
