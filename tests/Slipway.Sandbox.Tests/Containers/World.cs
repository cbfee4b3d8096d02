using System.Text;
using Slipway.Foundation.Linux;
using Slipway.Sandbox.Containers;
using Slipway.Sandbox.Hosts;

namespace Slipway.Sandbox.Tests.Containers;

/// <summary>A root file system of one static busybox, in a temporary folder, and a runner for it.</summary>
internal sealed class World : IDisposable
{
    private const string Busybox = "/bin/busybox";

    /// <summary>An id other than root's, if there is one.</summary>
    public uint OtherId => HasOneId ? 0u : 1000u;

    public bool HasOneId => Runner.Host.UserIds.IsSingle;

    private int _works;

    private World(string folder, SandboxHost host) => (Folder, Runner) = (folder, new ContainerRunner(host));

    public string Folder { get; }

    public ContainerRunner Runner { get; }

    public string Base => Path.Combine(Folder, "base");

    public string Upper => Path.Combine(Folder, "upper");

    public static async Task<World> CreateAsync(OciRuntimeKind runtime)
    {
        if (ProcessIdentity.EffectiveUid != 0)
        {
            Assert.Skip("needs root, or a user namespace");
        }

        string name = runtime == OciRuntimeKind.Crun ? "crun" : "runc";
        string? program = ProgramSearch.Find(name);
        Assert.SkipWhen(program is null, $"{name} is not installed");
        Assert.SkipUnless(File.Exists(Busybox), "busybox-static is not installed");
        SandboxHost host = await SandboxHost.DetectAsync(TestContext.Current.CancellationToken);
        string folder = Directory.CreateTempSubdirectory("slipway-sandbox-").FullName;
        var world = new World(folder, host with { Runtime = new OciRuntime(runtime, program!) });
        world.MakeBase();
        return world;
    }

    /// <summary>A container of the base tree that runs a shell script.</summary>
    public ContainerSpec Shell(string script) => Program("/bin/sh", "-c", script);

    public ContainerSpec Program(params string[] arguments) =>
        new() { Root = new RootFileSystem([Base], Upper, NewWork()), Arguments = arguments };

    public string NewWork() => Directory.CreateDirectory(Path.Combine(Folder, $"work-{_works++}")).FullName;

    public async Task<(ContainerResult Result, string Output, string Error)> RunAsync(ContainerSpec spec)
    {
        StringBuilder output = new(), error = new();
        ContainerResult result = await Runner.RunAsync(
            spec,
            new CapturedIo((stream, bytes) => (stream == ContainerOutput.Stdout ? output : error).Append(Encoding.UTF8.GetString(bytes.Span))),
            TestContext.Current.CancellationToken);
        return (result, output.ToString(), error.ToString());
    }

    /// <summary>What a script prints, trimmed; it must succeed.</summary>
    public async Task<string> OutputAsync(ContainerSpec spec)
    {
        (ContainerResult result, string output, string error) = await RunAsync(spec);
        Assert.True(result.Succeeded, $"{result}: {error}");
        return output.Trim();
    }

    public string Write(string path, string content)
    {
        string full = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        return full;
    }

    /// <summary>Everything in the upper directory, as relative paths.</summary>
    public IReadOnlyList<string> Changes() =>
        [.. Directory.EnumerateFileSystemEntries(Upper, "*", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(Upper, p)).Order(StringComparer.Ordinal)];

    /// <summary>The host's own programs with their libraries, for what busybox has not.</summary>
    public static IEnumerable<SandboxMount> HostPrograms() =>
        ((string[])["/usr", "/lib", "/lib64"]).Where(Directory.Exists).Select(d => new BindMount(d, d, ReadOnly: true));

    public void Dispose()
    {
        Runner.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private void MakeBase()
    {
        string bin = Directory.CreateDirectory(Path.Combine(Base, "bin")).FullName;
        Directory.CreateDirectory(Upper);
        File.Copy(Busybox, Path.Combine(bin, "busybox"));
        foreach (string tool in "sh true false cat id ls stat sleep touch mkdir rm chown mount umount env hostname stty kill tty ps nc ip wc test ln grep head dd".Split(' '))
        {
            File.CreateSymbolicLink(Path.Combine(bin, tool), "busybox");
        }

        Write("base/etc/passwd", "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n");
        Write("base/etc/group", "root:x:0:\napp:x:1000:\nstaff:x:50:app\naudio:x:29:app,root\n");
    }
}
