using System.Diagnostics;

namespace Slipway.Images.Tests;

/// <summary>Runs a program of the system, to compare with.</summary>
internal static class Command
{
    /// <summary>The program's output; anything but exit code 0 fails the test.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        (int code, string output, string error) = await TryRunAsync(program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: {code}\n{output}{error}");
        return output;
    }

    public static async Task<(int Code, string Output, string Error)> TryRunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    public static void Require(string program)
    {
        if (!Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program))))
        {
            Assert.Skip($"{program} is not installed");
        }
    }

    public static void RequireRoot()
    {
        if (Environment.UserName != "root")
        {
            Assert.Skip("needs root");
        }
    }
}
