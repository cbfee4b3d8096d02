namespace Slipway.Sandbox.Containers;

/// <summary>Something mounted into a container besides its root file system and the usual /proc, /dev, /sys.</summary>
/// <param name="Target">Absolute path inside. It need not exist, and if it does not, it leaves nothing in the layer.</param>
public abstract record SandboxMount(string Target);

/// <summary>A file or directory of the host, with what is mounted below it.</summary>
public sealed record BindMount(string Source, string Target, bool ReadOnly) : SandboxMount(Target)
{
    /// <summary>Writing is allowed and thrown away afterwards; for directories (<c>RUN --mount=type=bind,rw</c>).</summary>
    public bool DiscardChanges { get; init; }
}

/// <summary>A path inside another stack of layers (<c>RUN --mount=type=bind,from=stage</c>).</summary>
/// <param name="Lower">The trees, the topmost first.</param>
/// <param name="Source">Path inside the stack; symbolic links do not leave it.</param>
public sealed record StackMount(IReadOnlyList<string> Lower, string Source, string Target, bool ReadOnly) : SandboxMount(Target)
{
    public IReadOnlyList<DirectoryFixup> Fixups { get; init; } = [];
}

/// <summary>An empty file system in memory.</summary>
/// <param name="SizeBytes">Its limit; null for the system's default, half of the memory.</param>
public sealed record TmpfsMount(string Target, long? SizeBytes) : SandboxMount(Target)
{
    public int Permissions { get; init; } = Convert.ToInt32("1777", 8);
}

/// <summary>
/// A file whose content exists in memory only, never on disk and never in a layer: secrets, heredoc scripts, generated files.
/// </summary>
public sealed record FileMount(string Target, ReadOnlyMemory<byte> Content, int Permissions, uint Uid, uint Gid) : SandboxMount(Target)
{
    public bool ReadOnly { get; init; } = true;
}

/// <summary>
/// A socket that leads to an ssh agent. The first one of a container is named in its <c>SSH_AUTH_SOCK</c>, unless that is set.
/// </summary>
/// <param name="AgentSocket">The agent's socket on the host.</param>
public sealed record SshMount(string AgentSocket, string Target, int Permissions, uint Uid, uint Gid) : SandboxMount(Target);
