namespace Slipway.Testing;

/// <summary>An empty folder that goes away with the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("slipway-test-").FullName;

    /// <summary>A path in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Slipway.Foundation.Linux.DirectoryHandle.RemoveTreeAt(Path);
}
