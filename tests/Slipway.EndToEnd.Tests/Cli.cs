using System.Diagnostics;
using System.Text;

namespace Slipway.EndToEnd.Tests;

/// <summary>The published program with a store of its own.</summary>
internal sealed record Cli(string Program, string Store)
{
    public string? Folder { get; init; }

    public IReadOnlyDictionary<string, string?> Variables { get; init; } = new Dictionary<string, string?>();

    /// <summary>Runs a command line that is expected to succeed.</summary>
    public Task<Outcome> RunAsync(params string[] arguments) => RunAsync(0, arguments);

    /// <summary>Runs a command line that is expected to end with <paramref name="exitCode"/>.</summary>
    public async Task<Outcome> RunAsync(int exitCode, params string[] arguments) =>
        (await Command(arguments).RunAsync(TestContext.Current.CancellationToken)).Expect(exitCode);

    /// <summary>Runs a line of shell as a person types it; <c>slipway</c> and <c>docker</c> in it are this program.</summary>
    public async Task<Outcome> ShellAsync(string line, int exitCode = 0)
    {
        var shell = new Command("/bin/bash", "-c", line) { Folder = Folder, Variables = WithProgramOnPath() };
        return (await shell.RunAsync(TestContext.Current.CancellationToken)).Expect(exitCode);
    }

    /// <summary>
    /// Runs a line of shell on a terminal, and types each text when the one before it has been shown. What a program writes right before it ends may be lost with its terminal
    /// (the kernel passes it on in its own time), so a test has what it looks for shown before it types the end.
    /// </summary>
    public async Task<Outcome> TypeAsync(string line, int exitCode, params (string Shown, string Typed)[] talk)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        var shell = new Command("/usr/bin/script", "-qec", line, "/dev/null") { Folder = Folder, Variables = WithProgramOnPath() };
        using Process process = shell.Start();
        var all = new StringBuilder();
        int seen = 0;
        char[] buffer = new char[4096];
        foreach ((string shown, string typed) in talk)
        {
            int at;
            while ((at = all.ToString().IndexOf(shown, seen, StringComparison.Ordinal)) < 0)
            {
                int read = await process.StandardOutput.ReadAsync(buffer, cancellationToken);
                Assert.True(read > 0, $"`{line}` ended before it showed \"{shown}\":\n{all}");
                all.Append(buffer, 0, read);
            }

            seen = at + shown.Length;
            await process.StandardInput.WriteAsync($"{typed}\n".AsMemory(), cancellationToken);
            await process.StandardInput.FlushAsync(cancellationToken);
        }

        all.Append(await process.StandardOutput.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);
        return new Outcome(line, process.ExitCode, all.ToString(), await process.StandardError.ReadToEndAsync(cancellationToken)).Expect(exitCode);
    }

    public Command Command(params string[] arguments) =>
        new(Program, arguments) { Folder = Folder, Variables = new Dictionary<string, string?>(Variables) { ["SLIPWAY_HOME"] = Store } };

    private Dictionary<string, string?> WithProgramOnPath()
    {
        var links = Path.Combine(Store + ".bin");
        Directory.CreateDirectory(links);
        foreach (var name in (string[])["slipway", "docker"])
        {
            var link = Path.Combine(links, name);
            try
            {
                File.CreateSymbolicLink(link, Program);
            }
            catch (IOException) when (File.Exists(link))
            {
                // another test with this store made it
            }
        }

        return new Dictionary<string, string?>(Variables)
        {
            ["SLIPWAY_HOME"] = Store,
            ["PATH"] = $"{links}:{Environment.GetEnvironmentVariable("PATH")}",
        };
    }
}
