using Slipway.Foundation.Linux;

namespace Slipway.Sandbox.Mounts;

/// <summary>
/// A path inside a tree that is not ours: links are followed as a process with that root would see them, so none leads out.
/// Not safe against a tree that changes meanwhile; nothing runs in ours while paths are looked up.
/// </summary>
/// <param name="Relative">Without links and leading slash; empty is the root. What does not exist is appended as it was written.</param>
/// <param name="Kind">What is there; null when nothing is.</param>
internal readonly record struct RootPath(string Relative, FileKind? Kind)
{
    private const int MostLinks = 40;

    public bool Exists => Kind is not null;

    /// <summary>The path as the container names it.</summary>
    public string Absolute => "/" + Relative;

    public string Under(string root) => Relative.Length == 0 ? root : Path.Combine(root, Relative);

    /// <exception cref="IOException">More than 40 links.</exception>
    public static RootPath Resolve(string root, string path)
    {
        var todo = new Stack<string>(Words(path).Reverse());
        List<string> done = [];
        FileKind? kind = FileKind.Directory;
        int links = 0;
        while (todo.TryPop(out string? word))
        {
            if (word == "..")
            {
                if (done.Count > 0)
                {
                    done.RemoveAt(done.Count - 1);
                }

                kind = FileKind.Directory;
                continue;
            }

            string host = Path.Combine([root, .. done, word]);
            kind = kind == FileKind.Directory && FileStatus.TryOf(host, out FileStatus status) ? status.Kind : null;
            if (kind != FileKind.SymbolicLink)
            {
                done.Add(word);
                continue;
            }

            if (++links > MostLinks)
            {
                throw new LinuxException("resolve", path, Errno.ELOOP);
            }

            string target = new FileInfo(host).LinkTarget!;
            if (target.StartsWith('/'))
            {
                done.Clear();
            }

            foreach (string next in Words(target).Reverse())
            {
                todo.Push(next);
            }

            kind = FileKind.Directory;
        }

        return new RootPath(string.Join('/', done), kind);
    }

    private static IEnumerable<string> Words(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(w => w != ".");
}
