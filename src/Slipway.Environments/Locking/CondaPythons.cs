using Slipway.Conda.Records;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.Environments.Locking;

/// <summary>Which Python projects conda packages bring: as the channel says (package URLs), else by a table of those whose names differ, else by their names if they need Python.</summary>
public static class CondaPythons
{
    // conda's name → the project's, where they differ and channels with the package are in wide use.
    private static readonly Dictionary<string, string> s_names = new(StringComparer.Ordinal)
    {
        ["pytorch"] = "torch", ["pytorch-cpu"] = "torch", ["pytorch-gpu"] = "torch", ["matplotlib-base"] = "matplotlib", ["dask-core"] = "dask", ["python-dateutil"] = "python-dateutil",
        ["pyyaml"] = "pyyaml", ["ruamel.yaml"] = "ruamel-yaml", ["importlib_metadata"] = "importlib-metadata", ["prompt_toolkit"] = "prompt-toolkit", ["opencv"] = "opencv-python", ["py-opencv"] = "opencv-python",
        ["tables"] = "tables", ["pytables"] = "tables", ["msgpack-python"] = "msgpack", ["brotli-python"] = "brotli", ["python-graphviz"] = "graphviz", ["pyqt"] = "pyqt5", ["gdal"] = "gdal", ["libgdal-core"] = "",
        ["pillow"] = "pillow", ["typing_extensions"] = "typing-extensions", ["jupyter_server"] = "jupyter-server", ["jupyterlab_server"] = "jupyterlab-server", ["jupyter_client"] = "jupyter-client",
        ["jupyter_core"] = "jupyter-core", ["seaborn-base"] = "seaborn", ["pyarrow-core"] = "pyarrow", ["astropy-base"] = "astropy", ["numpy-base"] = "numpy", ["scikit-learn-base"] = "scikit-learn",
        ["python"] = "", ["python_abi"] = "", ["pypy"] = "", ["python-gil"] = "", ["cpython"] = "",
    };

    /// <summary>The projects that are there already.</summary>
    public static Dictionary<ProjectName, PythonVersion> Of(IEnumerable<PackageRecord> records)
    {
        Dictionary<ProjectName, PythonVersion> found = [];
        foreach (PackageRecord record in records)
        {
            foreach (string name in NamesOf(record))
            {
                if (ProjectName.TryParse(name, out ProjectName project) && PythonVersion.TryParse(record.Version.ToString(), out PythonVersion? version))
                {
                    found.TryAdd(project, version);
                }
            }
        }

        return found;
    }

    /// <summary>What Python packages are chosen for in an environment of conda packages; null without a Python among them.</summary>
    /// <param name="records">The packages.</param>
    /// <param name="libC">The C library where it will run.</param>
    /// <param name="architecture">The machine, as <c>x86_64</c>.</param>
    public static PythonTarget? TargetOf(IEnumerable<PackageRecord> records, LibC libC, string architecture) =>
        records.FirstOrDefault(r => r.Name == "python") is { } python && PythonVersion.TryParse(python.Version.ToString(), out PythonVersion? version) ? new PythonTarget(version, libC, architecture) : null;

    private static string[] NamesOf(PackageRecord record)
    {
        const string Prefix = "pkg:pypi/";
        string[] said = [.. record.Purls.Where(p => p.StartsWith(Prefix, StringComparison.Ordinal)).Select(p => Uri.UnescapeDataString(p[Prefix.Length..].Split('@', '?', '#')[0]))];
        if (said.Length > 0)
        {
            return said;
        }

        return s_names.TryGetValue(record.Name, out string? other) ? (other.Length > 0 ? [other] : [])
            : record.NoArch == NoArchKind.Python || record.DependencyNames.Contains("python") ? [record.Name]
            : [];
    }
}
