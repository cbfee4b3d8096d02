using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Sandbox.Hosts;
using Slipway.Sandbox.Mounts;
using Slipway.Sandbox.Runtime;
using Slipway.Sandbox.Users;

namespace Slipway.Sandbox.Containers;

/// <summary>
/// One run, on a thread of its own that has its own mount namespace: what is mounted here nobody else sees, and the kernel takes it away
/// when the thread ends. See docs/decisions/0020.
/// </summary>
internal sealed class ContainerRun(SandboxHost host, Func<PidNamespace> pids, ContainerSpec spec, ContainerIo io) : IDisposable
{
    private readonly TaskCompletionSource<ContainerResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RunRequests _requests = new();
    private readonly OutsideThread _outside = new();

    public RunRequests Requests => _requests;

    public Task<ContainerResult> StartAsync()
    {
        new Thread(Supervise, maxStackSize: 512 << 10) { IsBackground = true, Name = "container supervisor" }.Start();
        return _completion.Task;
    }

    public void Dispose() => _requests.Dispose();

    private void Supervise()
    {
        try
        {
            ContainerResult? result = null;
            _outside.RunInside(() => result = Run());
            _completion.SetResult(result!);
        }
        catch (Exception e)
        {
            _completion.SetException(e);
        }
    }

    private ContainerResult Run()
    {
        PidNamespace shared = pids();
        Namespaces.EnterPrivateCopyOf(shared.Mounts);
        HideCgroups();
        var workspace = Workspace.Create(spec.Root.Work);
        using var mounts = new PreparedMounts(workspace, host.NeedsUserXattr, _outside);
        mounts.Add(AllMounts());
        RootMount root = RootMount.Attach(workspace, spec.Root, SystemMounts.For(spec, host), mounts.Mounts, host.NeedsUserXattr);
        try
        {
            ResolvedUser user = ResolveUser(root);
            root.EnsureDirectory(spec.WorkingDirectory);
            new SpecWriter(spec, host, root, user, io is InheritedIo { Terminal: true }, mounts.SshSocket).Write(workspace.Config);
            if (_requests.Stop)
            {
                return new ContainerResult(137, null);
            }

            // A session keyring for each container would soon exhaust an ordinary user's quota; docker's filter forbids its use anyhow.
            int code = new RuntimeProcess(host, shared, workspace, _requests).Run(Outside(io), noNewKeyring: spec.Security.Seccomp);
            StartFailure? failure = StartFailures.Find(spec, workspace, root.Path, code);
            return new ContainerResult(failure is null ? code : (int)failure.Kind, failure);
        }
        finally
        {
            root.Detach();
        }
    }

    private ContainerIo Outside(ContainerIo streams) => streams is CapturedIo captured
        ? new CapturedIo((output, bytes) => _outside.Call(() => captured.OnOutput(output, bytes)))
        : streams;

    // crun refuses the hybrid layout, and nothing here needs control groups; see docs/decisions/0024.
    private void HideCgroups()
    {
        if (host.Cgroups is CgroupMode.Hybrid or CgroupMode.Legacy && host.Runtime.Kind == OciRuntimeKind.Crun)
        {
            Mount.Attach("tmpfs", "/sys/fs/cgroup", "tmpfs", MountFlags.NoSetuid | MountFlags.NoDevices | MountFlags.NoExecute, "mode=0755");
        }
    }

    private IEnumerable<SandboxMount> AllMounts()
    {
        string? hosts = spec.Network == NetworkMode.Host && File.Exists("/etc/hosts") ? File.ReadAllText("/etc/hosts") : null;
        string? resolver = File.Exists("/etc/resolv.conf") ? File.ReadAllText("/etc/resolv.conf") : null;
        yield return TextFile("/etc/hosts", HostFiles.Hosts(spec.Hostname, spec.ExtraHosts, hosts));
        yield return TextFile("/etc/hostname", spec.Hostname + "\n");
        yield return TextFile("/etc/resolv.conf", HostFiles.ResolvConf(resolver));
        if (spec.Init)
        {
            string tini = ProgramSearch.Find("tini-static") ?? ProgramSearch.Find("docker-init") ?? throw new DiagnosticException(
                "no-init", "--init needs the program 'tini-static', which is not installed.", "Install the package 'tini'.");
            yield return new BindMount(tini, SpecWriter.InitPath, ReadOnly: true);
        }

        foreach (SandboxMount mount in spec.Mounts)
        {
            yield return mount;
        }
    }

    private static FileMount TextFile(string target, string text) =>
        new(target, System.Text.Encoding.UTF8.GetBytes(text), Convert.ToInt32("644", 8), 0, 0) { ReadOnly = false };

    private ResolvedUser ResolveUser(RootMount root)
    {
        using Stream? passwd = root.TryOpen("/etc/passwd");
        using Stream? group = root.TryOpen("/etc/group");
        var database = UserDatabase.Read(passwd, group);
        ResolvedUser user = database.ResolveUser(spec.User);
        return user with { AdditionalGids = [.. user.AdditionalGids.Concat(spec.AdditionalGroups.Select(database.ResolveGroup)).Distinct()] };
    }
}
