namespace Slipway.PyPi.Files;

/// <summary>Paths as files write them, without asking the disk.</summary>
public static class ProjectPath
{
    /// <summary>A path that a file names, seen from where the reading began: <c>sub</c> and <c>../a.txt</c> give <c>a.txt</c>. Empty for that folder itself.</summary>
    public static string Join(string folder, string path)
    {
        string whole = path.StartsWith('/') ? path : $"{folder}/{path}";
        bool isAbsolute = path.StartsWith('/') || folder.StartsWith('/');
        List<string> parts = [];
        foreach (string part in whole.Split('/'))
        {
            if (part == ".." && parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or ".") && !(part == ".." && isAbsolute))
            {
                parts.Add(part);
            }
        }

        return (isAbsolute ? "/" : "") + string.Join('/', parts);
    }

    /// <summary>The folder of a normal path; empty for where the reading began.</summary>
    public static string FolderOf(string path) => path.LastIndexOf('/') switch
    {
        < 0 => "",
        0 => "/",
        int at => path[..at],
    };

    /// <summary>Whether a normal path leads out of where the reading began.</summary>
    public static bool LeadsOut(string path) => path.StartsWith('/') || path == ".." || path.StartsWith("../", StringComparison.Ordinal);
}
