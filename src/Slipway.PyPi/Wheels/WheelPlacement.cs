using System.Security.Cryptography;
using System.Text;
using Slipway.Images.Layers;
using Slipway.Packages.Entries;

namespace Slipway.PyPi.Wheels;

/// <summary>Decides where each file of one wheel goes, and what is made besides: programs, and the files that tell of the installation.</summary>
internal sealed class WheelPlacement(InstallScheme scheme, WheelInstallOptions options, WheelInput input)
{
    // Written anew, or not true any more.
    private static readonly string[] s_replaced = ["RECORD", "INSTALLER", "REQUESTED", "direct_url.json"];

    private readonly WheelArchive _wheel = input.Wheel;

    private string Root => _wheel.Listing.IsPurelib ? scheme.Purelib : scheme.Platlib;

    private string Info => LayerPath.Combine(Root, _wheel.Listing.DistInfo);

    /// <summary>The wheel's entries but for RECORD, each path once.</summary>
    internal IReadOnlyList<EnvironmentEntry> Entries()
    {
        var byPath = new Dictionary<string, EnvironmentEntry>(StringComparer.Ordinal);
        for (int i = 0; i < _wheel.Members.Count; i++)
        {
            if (PlaceOf(_wheel.Members[i].Path) is { } place && options.LeftOut?.Covers(_wheel.Name.Project.Value, place.Path) != true)
            {
                Add(byPath, Entry(place.Path, place.IsScript, i));
            }
        }

        // A program that the wheel also holds as a file is made all the same, as pip does.
        foreach ((EntryPoint point, _) in EntryPointsFile.Parse(_wheel.Listing.EntryPoints))
        {
            string path = LayerPath.Combine(scheme.Scripts, point.Name);
            byPath[path] = EnvironmentEntry.Of(path, point.Script(Shebang.ForPython(scheme.Interpreter)), isExecutable: true, _wheel.Owner);
        }

        Add(byPath, Made("INSTALLER", Encoding.UTF8.GetBytes(options.Installer + "\n")));
        if (input.IsRequested)
        {
            Add(byPath, Made("REQUESTED", []));
        }

        if (input.DirectUrl is { } url)
        {
            Add(byPath, Made("direct_url.json", url.ToJson()));
        }

        return [.. byPath.Values];
    }

    /// <summary>The installed wheel with its RECORD, which names what is there of it, relative to the folder of <c>.dist-info</c>.</summary>
    /// <param name="entries">The entries that are there with these bytes, but for RECORD; of several wheels with the same file each names it.</param>
    /// <param name="owned">Those among them that no other wheel overrides.</param>
    internal InstalledWheel Finish(IReadOnlyList<EnvironmentEntry> entries, IReadOnlyList<EnvironmentEntry> owned)
    {
        string[] sources = options.CompilesPython ? [.. owned.Where(IsCompiled).Select(entry => entry.Path)] : [];
        string[] compiled = [.. sources.Select(path => PythonCompilation.CompiledPath(path, scheme.CompiledTag))];
        string record = LayerPath.Combine(Info, "RECORD");
        IEnumerable<RecordLine> lines = entries.Select(entry => RecordLine.Of(Relative(entry.Path), entry.Sha256!, entry.Size))
            .Concat(compiled.Append(record).Select(path => new RecordLine(Relative(path), "", "")));
        return new InstalledWheel(input, [.. owned, EnvironmentEntry.Of(record, Encoding.UTF8.GetBytes(RecordFile.Write(lines)), isExecutable: false, _wheel.Owner)])
        {
            Sources = sources,
            Compiled = compiled,
        };
    }

    private bool IsCompiled(EnvironmentEntry entry) =>
        PythonCompilation.IsModule(entry.Path) && (LayerPath.IsWithin(entry.Path, scheme.Purelib) || LayerPath.IsWithin(entry.Path, scheme.Platlib))
        && !(scheme.Purelib.Length == 0 && LayerPath.IsWithin(entry.Path, scheme.Scripts));

    private static void Add(Dictionary<string, EnvironmentEntry> byPath, EnvironmentEntry entry)
    {
        if (!byPath.TryAdd(entry.Path, entry) && (byPath[entry.Path].Sha256 != entry.Sha256 || byPath[entry.Path].IsExecutable != entry.IsExecutable))
        {
            throw WheelProblem.Damaged(entry.Owner, $"has two files for the path '{entry.Path}'");
        }
    }

    // Null: it is not installed.
    private (string Path, bool IsScript)? PlaceOf(string path)
    {
        string[] parts = path.Split('/', 3);
        if (parts[0] == _wheel.Listing.DistInfo)
        {
            return parts.Length == 2 && s_replaced.Contains(parts[1]) ? null : (LayerPath.Combine(Root, path), false);
        }

        // What another Python compiled; this one would not look at it, or should not.
        if (path.EndsWith(".pyc", StringComparison.Ordinal) && LayerPath.NameOf(LayerPath.ParentOf(path)) == "__pycache__")
        {
            return null;
        }

        if (!parts[0].EndsWith(".data", StringComparison.Ordinal) || parts.Length == 1)
        {
            return (LayerPath.Combine(Root, path), false);
        }

        string folder = parts[1] switch
        {
            "purelib" => scheme.Purelib,
            "platlib" => scheme.Platlib,
            "headers" => LayerPath.Combine(scheme.Headers, _wheel.Listing.Stem.Split('-')[0]),
            "scripts" => scheme.Scripts,
            _ => scheme.Data,
        };
        return (LayerPath.Combine(folder, parts[2]), parts[1] == "scripts");
    }

    private EnvironmentEntry Entry(string path, bool isScript, int index)
    {
        WheelMember file = _wheel.Listing.Files[index];
        var entry = new EnvironmentEntry
        {
            Path = path,
            IsExecutable = isScript || file.IsExecutable,
            Size = file.Size,
            Sha256 = file.Sha256,
            Owner = _wheel.Owner,
            Contents = _wheel.Contents,
            Member = _wheel.Members[index],
        };
        return isScript && file.FirstLine > 0 ? Rewritten(entry, file) : entry;
    }

    private EnvironmentEntry Rewritten(EnvironmentEntry entry, WheelMember file)
    {
        entry = entry with { Change = ScriptLine.Change(scheme.Interpreter, file.FirstLine), Size = file.Size - file.FirstLine + ScriptLine.For(scheme.Interpreter).Length };
        using Stream bytes = entry.Open();
        return entry with { Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
    }

    private EnvironmentEntry Made(string name, byte[] bytes) => EnvironmentEntry.Of(LayerPath.Combine(Info, name), bytes, isExecutable: false, _wheel.Owner);

    // Up from the folder that holds .dist-info, as far as need be.
    private string Relative(string path)
    {
        if (LayerPath.IsWithin(path, Root))
        {
            return Root.Length == 0 ? path : path[(Root.Length + 1)..];
        }

        string[] from = Root.Split('/'), to = path.Split('/');
        int common = from.Zip(to).TakeWhile(pair => pair.First == pair.Second).Count();
        return string.Join('/', Enumerable.Repeat("..", from.Length - common).Concat(to[common..]));
    }
}
