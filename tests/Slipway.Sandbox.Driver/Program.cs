// A program around the sandbox alone, for what can only be seen from outside of a process: terminals, signals, exit codes, being killed.
// usage: driver RUNTIME BASE OPTIONS COMMAND...   OPTIONS: any of the letters i (input), t (terminal), n (init), or -
//        driver RUNTIME BASE bench COUNT
using System.Diagnostics;
using Slipway.Foundation.Text;
using Slipway.Sandbox.Containers;
using Slipway.Sandbox.Hosts;

try
{
    Rootless.ReExecuteIfNeeded(args);
    Environment.SetEnvironmentVariable("SLIPWAY_RUNTIME", args[0]);
    SandboxHost host = await SandboxHost.DetectAsync(CancellationToken.None);
    string scratch = Directory.CreateTempSubdirectory("slipway-driver-").FullName;
    using var runner = new ContainerRunner(host);
    ContainerSpec spec = Spec(args[1], scratch, args[3..]) with { Init = args[2].Contains('n') };
    try
    {
        if (args[2] == "bench")
        {
            await BenchAsync(runner, args[1], scratch, int.Parse(args[3]));
            return 0;
        }

        var io = new InheritedIo(args[2].Contains('i'), args[2].Contains('t'));
        return (await runner.RunAsync(spec, io, CancellationToken.None)).ExitCode;
    }
    finally
    {
        Directory.Delete(scratch, recursive: true);
    }
}
catch (DiagnosticException e)
{
    Console.Error.WriteLine(e.Message);
    return 125;
}

static ContainerSpec Spec(string tree, string scratch, string[] command)
{
    string upper = Directory.CreateDirectory(Path.Combine(scratch, Path.GetRandomFileName())).FullName;
    string work = Directory.CreateDirectory(Path.Combine(scratch, Path.GetRandomFileName())).FullName;
    return new ContainerSpec { Root = new RootFileSystem([tree], upper, work), Arguments = command };
}

static async Task BenchAsync(ContainerRunner runner, string tree, string scratch, int count)
{
    List<double> times = [];
    TimeSpan before = TimeSpan.Zero;
    for (int i = 0; i < count; i++)
    {
        long start = Stopwatch.GetTimestamp();
        ContainerSpec spec = Spec(tree, scratch, ["/bin/true"]);
        ContainerResult result = await runner.RunAsync(spec, new CapturedIo((_, _) => { }), CancellationToken.None);
        if (!result.Succeeded)
        {
            throw new InvalidOperationException(result.ToString());
        }

        before = i == 0 ? Environment.CpuUsage.TotalTime : before;
        times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    Console.WriteLine($"first {times[0]:F1} ms");
    times.Sort();
    Console.WriteLine($"best {times[0]:F1}  median {times[count / 2]:F1}  90% {times[count * 9 / 10]:F1} ms");
    Console.WriteLine($"own processor time {(Environment.CpuUsage.TotalTime - before).TotalMilliseconds / (count - 1):F1} ms a run");
}
