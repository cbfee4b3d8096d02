using System.Diagnostics;
using System.Runtime.InteropServices;
using Slipway.Foundation.Linux;

namespace Slipway.Sandbox.Tests;

/// <summary>Ordinary users of this machine, made when they are missing.</summary>
internal static class TestUsers
{
    /// <summary>The command, run as the user with a clean environment.</summary>
    public static string[] Becoming(string user, IEnumerable<string> command) =>
        ["setpriv", "--reuid", user, "--regid", user, "--init-groups", "--reset-env", "--",
            "env", "TMPDIR=/var/tmp", $"DOTNET_ROOT={DotnetRoot()}", .. command];

    public static async Task EnsureAsync(string user, bool withSubordinateIds)
    {
        using FileLock making = await AcquireAsync("/run/slipway-test-users.lock");
        if ((await ExecuteAsync(["id", user])).Code == 0)
        {
            return;
        }

        Assert.Equal(0, (await ExecuteAsync(["useradd", "--create-home", user])).Code);
        if (!withSubordinateIds)
        {
            await ExecuteAsync(["sed", "-i", $"/^{user}:/d", "/etc/subuid", "/etc/subgid"]);
        }
    }

    public static async Task<(int Code, string Output)> ExecuteAsync(string[] command)
    {
        using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await error);
    }

    private static string DotnetRoot() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    private static async Task<FileLock> AcquireAsync(string path)
    {
        FileLock? taken;
        while ((taken = FileLock.TryAcquire(path)) is null)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return taken;
    }
}
