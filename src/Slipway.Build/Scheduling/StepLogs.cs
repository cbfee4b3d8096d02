namespace Slipway.Build.Scheduling;

/// <summary>
/// The full output of steps: <c>logs-v1/&lt;time&gt;-&lt;process&gt;/&lt;step&gt;.log</c>. A folder is made with its first file; the oldest folders go when there are
/// more than <see cref="Kept"/>.
/// </summary>
public sealed class StepLogs(string root)
{
    private const int Kept = 50;
    private readonly Lock _lock = new();
    private string? _folder;

    /// <summary>Opens the log of a step for writing.</summary>
    public FileStream Create(int step)
    {
        lock (_lock)
        {
            _folder ??= CreateFolder();
        }

        return new FileStream(Path.Combine(_folder, $"{step}.log"), FileMode.Create, FileAccess.Write, FileShare.Read);
    }

    private string CreateFolder()
    {
        Directory.CreateDirectory(root);
        foreach (string old in Directory.GetDirectories(root).Order(StringComparer.Ordinal).SkipLast(Kept - 1))
        {
            Directory.Delete(old, recursive: true);
        }

        return Directory.CreateDirectory(
            Path.Combine(root, $"{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}-{Environment.ProcessId}")).FullName;
    }
}
