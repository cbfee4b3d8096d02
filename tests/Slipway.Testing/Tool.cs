using System.Diagnostics;

namespace Slipway.Testing;

/// <summary>Another program that judges ours.</summary>
public static class Tool
{
    /// <summary>Where the program is, or null when it is not installed.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Concat(["/usr/sbin", "/sbin"]).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Runs it to its end and gives back what it wrote on standard output.</summary>
    /// <exception cref="InvalidOperationException">It did not exit with 0; the message holds what it said.</exception>
    public static async Task<string> RunAsync(string name, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Find(name) ?? throw new InvalidOperationException($"{name} is not installed."), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken), error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{name} {string.Join(' ', start.ArgumentList)} exited with {process.ExitCode}: {await error}");
    }
}
