using System.ComponentModel;
using System.Diagnostics;
using Slipway.Foundation.Text;

namespace Slipway.Sandbox.Programs;

/// <summary>Runs a program of this machine that Slipway calls rather than rewrites (git, ssh), outside any container.</summary>
public static class TrustedProgram
{
    /// <summary>Runs it to the end and gives what it printed; meant for small outputs.</summary>
    /// <param name="name">The program, looked for in PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">The working directory; null for ours.</param>
    /// <param name="environment"><c>NAME=value</c> added to ours.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="DiagnosticException">There is no such program.</exception>
    public static async Task<ProgramResult> RunAsync(
        string name, IReadOnlyList<string> arguments, string? folder, IReadOnlyList<string> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(name, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        foreach (string variable in environment)
        {
            int equals = variable.IndexOf('=', StringComparison.Ordinal);
            start.Environment[variable[..equals]] = variable[(equals + 1)..];
        }

        using Process process = Start(start);
        process.StandardInput.Close();
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new ProgramResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new DiagnosticException("no-program", $"{start.FileName} cannot be started: {e.Message}", $"install {start.FileName}");
        }
    }
}

/// <summary>How a program ended and what it printed.</summary>
public sealed record ProgramResult(int ExitCode, string Output, string Error);
