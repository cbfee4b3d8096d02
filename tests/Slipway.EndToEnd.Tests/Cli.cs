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

    public Command Command(params string[] arguments) =>
        new(Program, arguments) { Folder = Folder, Variables = new Dictionary<string, string?>(Variables) { ["SLIPWAY_HOME"] = Store } };

    private Dictionary<string, string?> WithProgramOnPath()
    {
        var links = Path.Combine(Store + ".bin");
        Directory.CreateDirectory(links);
        foreach (var name in (string[])["slipway", "docker"])
        {
            var link = Path.Combine(links, name);
            if (!File.Exists(link))
            {
                File.CreateSymbolicLink(link, Program);
            }
        }

        return new Dictionary<string, string?>(Variables)
        {
            ["SLIPWAY_HOME"] = Store,
            ["PATH"] = $"{links}:{Environment.GetEnvironmentVariable("PATH")}",
        };
    }
}
