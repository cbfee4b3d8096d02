namespace Slipway.EndToEnd.Tests;

/// <summary>What a command did.</summary>
internal sealed record Outcome(string Command, int ExitCode, string Out, string Error)
{
    /// <summary>Fails the test, with all that was written, unless the command ended with <paramref name="exitCode"/>.</summary>
    public Outcome Expect(int exitCode)
    {
        if (ExitCode != exitCode)
        {
            Assert.Fail($"`{Command}` ended with {ExitCode}, not {exitCode}\n--- out\n{Out}\n--- error\n{Error}");
        }

        return this;
    }

    /// <summary>The one line a command printed as its result.</summary>
    public string Line() => Out.TrimEnd('\n');
}
