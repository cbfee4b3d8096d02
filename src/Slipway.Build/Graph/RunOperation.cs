using System.Collections.Immutable;
using Slipway.Dockerfile;
using Slipway.Foundation.Hashing;
using Slipway.Images.Model;
using Slipway.Sandbox.Containers;

namespace Slipway.Build.Graph;

/// <summary>Runs a command on its parent's file system; what the command changes becomes a layer.</summary>
public sealed class RunOperation(StepOrigin origin, Operation parent, RunDefinition run) : Operation(origin)
{
    public override Operation Parent { get; } = parent;

    public RunDefinition Run { get; } = run;

    /// <summary>What the programs of the parent are for. The parent's content says it too, so it is not part of the identity.</summary>
    public required Platform Platform { get; init; }

    public override IReadOnlyList<Operation> Inputs { get; } =
        [parent, .. run.Mounts.Select(m => m.From).OfType<OperationSource>().Select(s => s.Operation)];

    internal override void Describe(KeyBuilder key)
    {
        key.AddRange("argument", Run.Arguments);
        key.AddRange("environment", Run.Environment);
        key.Add("directory", Run.WorkingDirectory);
        key.Add("user", Run.User);
        key.Add("network", Run.Network.ToString());
        key.Add("security", Run.Insecure ? "insecure" : "sandbox");
        key.AddRange("device", Run.Devices);
        key.Add("hostname", Run.Hostname);
        key.AddRange("host name", Run.ExtraHosts.Select(h => h.Name)); // an address may change without changing the result (dockerfile.md B1)
        key.Add("shm", Run.ShmSize?.ToString());
        if (Run.Script is { } script)
        {
            key.Add("script name", script.Name).Add("script", script.Data);
        }

        foreach (PlannedMount mount in Run.Mounts)
        {
            mount.Describe(key);
        }
    }
}

/// <summary>Everything that decides what a RUN does, all variables expanded.</summary>
public sealed record RunDefinition
{
    /// <summary>The argument list handed to exec: the shell and its text, or the JSON form as it stands.</summary>
    public required ImmutableArray<string> Arguments { get; init; }

    /// <summary><c>NAME=value</c>: ENV, and the ARGs in scope. Proxies are in <see cref="ProxyEnvironment"/>.</summary>
    public required ImmutableArray<string> Environment { get; init; }

    /// <summary>Proxy variables: given to the command but part of no key and no history (dockerfile.md A5).</summary>
    public ImmutableArray<string> ProxyEnvironment { get; init; } = [];

    public required string WorkingDirectory { get; init; }

    /// <summary>As USER has it: empty for root, else name, id, name:group or id:id.</summary>
    public required string User { get; init; }

    public NetworkMode Network { get; init; }

    /// <summary>With <c>--security=insecure</c>: all capabilities, no seccomp filter, no masked paths.</summary>
    public bool Insecure { get; init; }

    public ImmutableArray<string> Devices { get; init; } = [];

    public string Hostname { get; init; } = "buildkitsandbox";

    public ImmutableArray<ExtraHost> ExtraHosts { get; init; } = [];

    /// <summary>Size of /dev/shm in bytes; null for the default of 64 MiB.</summary>
    public long? ShmSize { get; init; }

    public ImmutableArray<PlannedMount> Mounts { get; init; } = [];

    /// <summary>The script of a heredoc that starts with <c>#!</c>; it is the command itself.</summary>
    public InlineFile? Script { get; init; }
}
