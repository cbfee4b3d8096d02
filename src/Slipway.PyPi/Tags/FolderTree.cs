namespace Slipway.PyPi.Tags;

/// <summary>A root file system that lies in a folder.</summary>
/// <param name="root">The folder; <c>/</c> is this machine's own.</param>
public sealed class FolderTree(string root) : IFileTree
{
    private const int MostLinks = 40;

    public string? Resolve(string path)
    {
        List<string> done = [];
        var rest = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        for (int links = 0; rest.TryPop(out string? part);)
        {
            if (part == "..")
            {
                done.RemoveRange(Math.Max(done.Count - 1, 0), Math.Min(done.Count, 1));
                continue;
            }

            if (part == ".")
            {
                continue;
            }

            var file = new FileInfo(InRoot([.. done, part]));
            if (file.LinkTarget is not { } target)
            {
                done.Add(part);
                continue;
            }

            if (++links > MostLinks)
            {
                return null;
            }

            if (target.StartsWith('/'))
            {
                done.Clear();
            }

            foreach (string next in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                rest.Push(next);
            }
        }

        return Path.Exists(InRoot(done)) ? "/" + string.Join('/', done) : null;
    }

    public IEnumerable<string> Names(string folder) =>
        Resolve(folder) is { } place && InRoot([place]) is var path && Directory.Exists(path) ? Directory.EnumerateFileSystemEntries(path).Select(e => Path.GetFileName(e)!) : [];

    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) =>
        Task.FromResult<Stream>(new FileStream(InRoot([path]), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0));

    private string InRoot(IReadOnlyList<string> parts) => $"{root.TrimEnd('/')}/{string.Join('/', parts).TrimStart('/')}";
}
