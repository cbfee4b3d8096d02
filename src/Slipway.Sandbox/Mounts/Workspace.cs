using Slipway.Foundation.Linux;

namespace Slipway.Sandbox.Mounts;

/// <summary>
/// Where one run keeps its things: a file system in memory that only the run's own mount namespace sees, over the folder <c>ws</c> in
/// the run's work directory. Beside it, on disk: <c>ovl</c>, overlayfs's own work directory, and <c>discard</c>, for changes that are thrown away.
/// </summary>
internal sealed class Workspace
{
    private readonly string _work;
    private int _links, _discards, _numbers;

    private Workspace(string work) => (_work, Folder) = (work, Path.Combine(work, "ws"));

    /// <summary>The folder in memory; also this thread's working directory.</summary>
    public string Folder { get; }

    public string OverlayWork => Path.Combine(_work, "ovl");

    /// <summary>The root file system's place.</summary>
    public string Root => Path.Combine(Folder, "root");

    /// <summary>The generated topmost lower layer.</summary>
    public string Top => Path.Combine(Folder, "top");

    public string Empty => Path.Combine(Folder, "empty");

    public string RuntimeState => Path.Combine(Folder, "state");

    public string RuntimeLog => Path.Combine(Folder, "log");

    public string PidFile => Path.Combine(Folder, "pid");

    public string Config => Path.Combine(Folder, "config.json");

    /// <summary>Mounts the folder in memory. Only on a thread with a mount namespace of its own.</summary>
    public static Workspace Create(string work)
    {
        var workspace = new Workspace(Path.GetFullPath(work));
        Directory.CreateDirectory(workspace.Folder);
        Directory.CreateDirectory(workspace.OverlayWork);
        Mount.Attach("tmpfs", workspace.Folder, "tmpfs", MountFlags.NoSetuid | MountFlags.NoDevices, "mode=0700");
        foreach (string folder in (string[])[workspace.Root, workspace.Top, workspace.Empty, workspace.RuntimeState, Path.Combine(workspace.Folder, "l")])
        {
            Directory.CreateDirectory(folder);
        }

        FileMetadata.SetPermissions(workspace.Top, Convert.ToInt32("755", 8));
        Directory.SetCurrentDirectory(workspace.Folder); // this thread's alone: it does not share its file system context
        return workspace;
    }

    /// <summary>
    /// A short name, relative to the working directory, for a directory: overlayfs's options must fit into a page, and no path in them
    /// may hold a colon or comma.
    /// </summary>
    public string ShortName(string directory)
    {
        string name = $"l/{_links++:x}";
        File.CreateSymbolicLink(Path.Combine(Folder, name), directory);
        return name;
    }

    /// <summary>A new folder on disk, for changes that are thrown away.</summary>
    public (string Upper, string Work) NewDiscard()
    {
        string folder = Path.Combine(_work, "discard", $"{_discards++}");
        return (Directory.CreateDirectory(Path.Combine(folder, "upper")).FullName, Directory.CreateDirectory(Path.Combine(folder, "work")).FullName);
    }

    /// <summary>A new path in memory, where nothing is yet.</summary>
    public string NewPath(string kind) => Path.Combine(Folder, $"{kind}-{_numbers++}");

    public string NewFolder(string kind) => Directory.CreateDirectory(NewPath(kind)).FullName;
}
