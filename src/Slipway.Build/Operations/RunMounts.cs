using Slipway.Build.Cache;
using Slipway.Build.Contexts;
using Slipway.Build.Graph;
using Slipway.Build.Scheduling;
using Slipway.Dockerfile;
using Slipway.Images.Layers;
using Slipway.Sandbox.Caches;
using Slipway.Sandbox.Containers;

namespace Slipway.Build.Operations;

/// <summary>Makes the mounts of one RUN; disposing it gives the caches back.</summary>
internal sealed class RunMounts(BuildSession session, CopyExecutor copies, Func<Operation, Task<FileSystemState>> results, StepOrigin origin) : IDisposable
{
    private readonly List<CacheLease> _leases = [];
    private readonly List<SandboxMount> _mounts = [];
    private readonly List<string> _environment = [];

    public IReadOnlyList<SandboxMount> Mounts => _mounts;

    /// <summary>Variables that carry secrets; part of no key, log or history.</summary>
    public IReadOnlyList<string> Environment => _environment;

    public async Task AddAsync(PlannedMount mount, CancellationToken cancellationToken)
    {
        switch (mount.Kind)
        {
            case MountKind.Bind:
                _mounts.Add(await BindAsync(mount, cancellationToken));
                break;
            case MountKind.Cache:
                _mounts.Add(await CacheAsync(mount, cancellationToken));
                break;
            case MountKind.Tmpfs:
                _mounts.Add(new TmpfsMount(mount.Target!, mount.Size));
                break;
            case MountKind.Secret:
                await SecretAsync(mount, cancellationToken);
                break;
            default:
                Ssh(mount);
                break;
        }
    }

    public void Dispose()
    {
        foreach (CacheLease lease in _leases)
        {
            lease.Dispose();
        }
    }

    private async Task<StackMount> BindAsync(PlannedMount mount, CancellationToken cancellationToken)
    {
        FileSystemState state = await StateAsync(mount, cancellationToken);
        SnapshotTree tree = await session.TreeAsync(state, cancellationToken);
        string path = PathResolver.Clean(mount.Source);
        if ((await PathResolver.ResolveAsync(tree, path, followLast: true, cancellationToken)).Node is null)
        {
            throw await MissingSource.ErrorAsync(tree, mount.Source, mount.From!.Name, origin, cancellationToken);
        }

        return new StackMount(await SnapshotMounts.TreesAsync(session.Store.Layers, state, cancellationToken), "/" + path, mount.Target!, mount.ReadOnly)
        {
            Fixups = SnapshotMounts.Fixups(tree.Snapshot, session.Settings.Timestamp),
        };
    }

    // The context is mounted as the layer that COPY would make of it: ignored files are not seen, owners and times are the same everywhere.
    private async Task<FileSystemState> StateAsync(PlannedMount mount, CancellationToken cancellationToken) => mount.From switch
    {
        OperationSource stage => await results(stage.Operation),
        ContextSource context => FileSystemState.Empty.With(await copies.ContextLayerAsync(context, mount.Source, origin, cancellationToken)),
        _ => throw new InvalidOperationException("A mount comes from a stage or a context."),
    };

    private async Task<SandboxMount> CacheAsync(PlannedMount mount, CancellationToken cancellationToken)
    {
        string id = session.Settings.CacheNamespace + mount.Id;
        session.UsedMounts.TryAdd(id, true);
        var import = new MountImport(session);
        var request = new CacheRequest(
            id, (Sandbox.Caches.CacheSharing)mount.Sharing, mount.Mode ?? 0x1ED, mount.Uid, mount.Gid)
        {
            Fill = mount.From is null && !import.IsPossible ? null : async (directory, token) =>
            {
                if (!(import.IsPossible && await import.FillAsync(id, directory, token)) && mount.From is not null)
                {
                    await FillAsync(mount, directory, token);
                }
            },
        };
        CacheLease lease = await session.Caches.AcquireAsync(request, cancellationToken);
        _leases.Add(lease);
        return lease.MountAt(mount.Target!, mount.ReadOnly);
    }

    // A new cache with a source starts as a copy of it.
    private async Task FillAsync(PlannedMount mount, string directory, CancellationToken cancellationToken)
    {
        SnapshotTree tree = await session.TreeAsync(await StateAsync(mount, cancellationToken), cancellationToken);
        var layout = new CopyLayout(EmptyTree.Instance, null, null);
        await layout.PlaceContentAsync(tree, PathResolver.Clean(mount.Source), "", _ => false, cancellationToken);
        Layer layer = await LayoutWriter.WriteAsync(session.Store.Layers, layout.Finish(), session.LayerOptions, cancellationToken);
        await using Stream tar = await session.Store.Layers.OpenTarAsync(layer.DiffId, cancellationToken);
        await TreeUnpacker.UnpackAsync(tar, directory, new UnpackOptions { Name = $"the source of the cache {mount.Id}" }, cancellationToken);
    }

    private async Task SecretAsync(PlannedMount mount, CancellationToken cancellationToken)
    {
        byte[]? value = session.Settings.Secrets.TryGetValue(mount.Id, out SecretSource? source)
            ? await source.ReadAsync(cancellationToken) : null;
        if (value is null)
        {
            if (!mount.Required)
            {
                return;
            }

            throw origin.Error(
                "missing-secret", $"the secret \"{mount.Id}\" is required and was not given",
                $"pass it: --secret id={mount.Id},src=FILE or --secret id={mount.Id},env=VARIABLE");
        }

        if (mount.EnvironmentVariable is { } variable)
        {
            _environment.Add($"{variable}={System.Text.Encoding.UTF8.GetString(value)}");
        }

        if (mount.Target is not null || mount.EnvironmentVariable is null)
        {
            _mounts.Add(new FileMount(mount.Target ?? $"/run/secrets/{mount.Id}", value, mount.Mode ?? 0x100, mount.Uid, mount.Gid));
        }
    }

    private void Ssh(PlannedMount mount)
    {
        if (session.Settings.SshAgents.TryGetValue(mount.Id, out string? socket))
        {
            int count = _mounts.OfType<SshMount>().Count();
            _mounts.Add(new SshMount(socket, mount.Target ?? $"/run/buildkit/ssh_agent.{count}", mount.Mode ?? 0x180, mount.Uid, mount.Gid));
        }
        else if (mount.Required)
        {
            throw origin.Error(
                "missing-ssh", $"the ssh agent \"{mount.Id}\" is required and was not given",
                mount.Id == "default" ? "pass it: --ssh default (needs SSH_AUTH_SOCK)" : $"pass it: --ssh {mount.Id}=SOCKET");
        }
    }
}
