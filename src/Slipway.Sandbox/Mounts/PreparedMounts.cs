using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Sandbox.Containers;
using Slipway.Sandbox.Runtime;

namespace Slipway.Sandbox.Mounts;

/// <summary>What a run mounts besides the usual: each <see cref="SandboxMount"/> made ready on the run's thread, as a line of the bundle's configuration.</summary>
internal sealed class PreparedMounts : IDisposable
{
    private readonly Workspace _workspace;
    private readonly bool _userXattr;
    private readonly OutsideThread _outside;
    private readonly List<SshProxy> _proxies = [];
    private readonly List<PreparedMount> _mounts = [];

    public PreparedMounts(Workspace workspace, bool userXattr, OutsideThread outside) =>
        (_workspace, _userXattr, _outside) = (workspace, userXattr, outside);

    /// <summary>In the order they are to be mounted.</summary>
    public IReadOnlyList<PreparedMount> Mounts => _mounts;

    /// <summary>Where the first ssh agent is, or null.</summary>
    public string? SshSocket { get; private set; }

    /// <summary>Outer targets before those inside them; otherwise in the order given.</summary>
    public void Add(IEnumerable<SandboxMount> mounts)
    {
        foreach (SandboxMount mount in mounts.OrderBy(m => m.Target.Trim('/').Count(c => c == '/')))
        {
            _mounts.Add(Prepare(mount));
        }
    }

    public void Dispose()
    {
        foreach (SshProxy proxy in _proxies)
        {
            _outside.Call(proxy.Dispose);
        }
    }

    private PreparedMount Prepare(SandboxMount mount) => mount switch
    {
        BindMount bind => Prepare(bind),
        StackMount stack => Prepare(stack),
        TmpfsMount tmpfs => Prepare(tmpfs),
        FileMount file => Prepare(file),
        SshMount ssh => Prepare(ssh),
        _ => throw new ArgumentException($"unknown kind of mount: {mount}", nameof(mount)),
    };

    private PreparedMount Prepare(BindMount bind)
    {
        if (!FileStatus.TryOf(bind.Source, out FileStatus status, followLinks: true))
        {
            throw new DiagnosticException("no-bind-source", $"The path '{bind.Source}', to be mounted at '{bind.Target}', does not exist.",
                "Create it first, or correct the path.");
        }

        bool isDirectory = status.Kind == FileKind.Directory;
        return bind.DiscardChanges && isDirectory
            ? Bind(Discarding([bind.Source]), bind.Target, true, false)
            : Bind(bind.Source, bind.Target, isDirectory, bind.ReadOnly || bind.DiscardChanges);
    }

    private PreparedMount Prepare(StackMount stack)
    {
        IReadOnlyList<string> lower = stack.Lower;
        if (stack.Fixups.Count > 0)
        {
            string folder = _workspace.NewFolder("fixups");
            var top = new TopLayer(folder, _workspace.Empty);
            top.Add(stack.Fixups);
            top.Finish();
            lower = [folder, .. lower];
        }

        string view = stack.ReadOnly ? _workspace.NewFolder("stack") : Discarding(lower);
        if (stack.ReadOnly)
        {
            OverlayMount.AttachReadOnly(_workspace, lower, _userXattr, view);
        }

        RootPath source = RootPath.Resolve(view, stack.Source);
        return source.Exists
            ? Bind(source.Under(view), stack.Target, source.Kind == FileKind.Directory, stack.ReadOnly)
            : throw new DiagnosticException("no-bind-source", $"The path '{stack.Source}', to be mounted at '{stack.Target}', does not exist in the stage or image it is taken from.");
    }

    // Not left to the runtime: runc gives it the mode of the mount point, whatever it is told.
    private PreparedMount Prepare(TmpfsMount tmpfs)
    {
        string folder = _workspace.NewFolder("tmpfs");
        string size = tmpfs.SizeBytes is { } bytes ? $",size={bytes}" : "";
        Mount.Attach("tmpfs", folder, "tmpfs", MountFlags.NoSetuid | MountFlags.NoDevices, $"mode={Convert.ToString(tmpfs.Permissions, 8)}{size}");
        return Bind(folder, tmpfs.Target, true, false);
    }

    private PreparedMount Prepare(FileMount file)
    {
        string path = _workspace.NewPath("file");
        using (FileStream stream = File.Create(path))
        {
            stream.Write(file.Content.Span);
        }

        FileMetadata.SetOwner(path, file.Uid, file.Gid);
        FileMetadata.SetPermissions(path, file.Permissions);
        return Bind(path, file.Target, false, file.ReadOnly);
    }

    private PreparedMount Prepare(SshMount ssh)
    {
        if (!FileStatus.TryOf(ssh.AgentSocket, out FileStatus status, followLinks: true) || status.Kind != FileKind.Socket)
        {
            throw new DiagnosticException("no-ssh-agent", $"There is no ssh agent at '{ssh.AgentSocket}'.",
                "Start one (eval $(ssh-agent)) and add a key (ssh-add), then give --ssh default.");
        }

        string path = _workspace.NewPath("ssh");
        SshProxy proxy = SshProxy.Listen(path, ssh.AgentSocket, ssh.Permissions, ssh.Uid, ssh.Gid);
        _proxies.Add(proxy);
        _outside.Call(proxy.Start);
        SshSocket ??= ssh.Target;
        return Bind(path, ssh.Target, false, true);
    }

    private string Discarding(IReadOnlyList<string> lower)
    {
        string view = _workspace.NewFolder("discard");
        (string upper, string work) = _workspace.NewDiscard();
        FileStatus root = FileStatus.Of(lower[0]);
        FileMetadata.SetOwner(upper, root.Uid, root.Gid);
        FileMetadata.SetPermissions(upper, root.Permissions);
        OverlayMount.Attach(_workspace, lower, upper, work, _userXattr, view);
        return view;
    }

    private static PreparedMount Bind(string source, string target, bool isDirectory, bool readOnly) =>
        new(target, isDirectory, new OciMount(target, "bind", source, ["rbind", "rprivate", readOnly ? "ro" : "rw"]));
}

/// <param name="Target">As the user wrote it; links are not resolved yet.</param>
internal sealed record PreparedMount(string Target, bool IsDirectory, OciMount Mount);
