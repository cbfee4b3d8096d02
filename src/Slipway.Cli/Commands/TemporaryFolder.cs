using Slipway.Foundation.Linux;

namespace Slipway.Cli.Commands;

/// <summary>A folder of the store for one command, gone with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder(string store) => Path = Directory.CreateDirectory(System.IO.Path.Combine(store, "tmp-v1", $"command-{Guid.NewGuid():N}")).FullName;

    public string Path { get; }

    public void Dispose() => DirectoryHandle.RemoveTreeAt(Path);
}
