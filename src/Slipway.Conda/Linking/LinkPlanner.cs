using Slipway.Conda.Packages;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;
using Slipway.Packages.Contents;
using Slipway.Packages.Entries;

namespace Slipway.Conda.Linking;

/// <summary>
/// Decides what an environment will hold before anything of it is written: where each file goes, which package has a path that several want, what is made besides.
/// </summary>
public sealed class LinkPlanner
{
    private const string RecordsFolder = "conda-meta/";

    private readonly LinkOptions _options;
    private readonly IReadOnlyList<LinkInput> _packages;
    private readonly PythonLayout? _python;
    private readonly LinkResolver _links = new();
    private readonly List<string> _notices = [];
    private readonly Dictionary<string, List<(int Package, LinkEntry Entry)>> _claims = new(StringComparer.Ordinal);

    private LinkPlanner(LinkOptions options, IReadOnlyList<LinkInput> packages)
    {
        _options = options;
        _packages = InstallOrder.Sort(packages);
        _python = PythonLayout.Of(_packages) ?? (options.Python is { } python ? PythonLayout.Of(python, null) : null);
    }

    /// <summary>Plans an environment of these packages, each with what the channel or the lock says of it, and makes its records.</summary>
    /// <param name="options">Where it will be.</param>
    /// <param name="packages">The packages; they stay the caller's, and have to live as long as the plan is used.</param>
    /// <param name="threads">How many of them are read at once; makes no difference to what comes out.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">Packages are for another platform or others than announced, or cannot be put together; all that is wrong at once.</exception>
    public static async Task<LinkPlan> PlanAsync(
        LinkOptions options, IReadOnlyList<LinkInput> packages, int threads, CancellationToken cancellationToken)
    {
        LinkPlan plan = Decide(options, packages);
        IReadOnlyList<LinkedPackage> measured = await LinkMeasurer.MeasureAsync(plan.Packages, options.Prefix, threads, cancellationToken);
        return plan with { Packages = measured, Own = [.. EnvironmentRecords.Of(options, measured)] };
    }

    private static LinkPlan Decide(LinkOptions options, IReadOnlyList<LinkInput> packages)
    {
        CheckPrefix(options.Prefix);
        Diagnostic[] wrong = [.. packages.SelectMany(input => PackageCheck.Check(input, options.Subdir))];
        return wrong.Length == 0 ? new LinkPlanner(options, packages).Run() : throw new DiagnosticException(wrong);
    }

    private static void CheckPrefix(string prefix)
    {
        if (!prefix.StartsWith('/') || prefix.Length == 1 || !LayerPath.IsNormal(prefix.AsSpan(1)) || prefix.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0)
        {
            throw new DiagnosticException("bad-prefix", $"'{prefix}' cannot be the path of an environment.", "Name an absolute path without '.', '..' and control characters.");
        }
    }

    private LinkPlan Run()
    {
        LinkEntry[][] entries = [.. _packages.Select(input => EntriesOf(input).ToArray())];
        foreach (LinkEntry link in entries.SelectMany(list => list).Where(entry => entry.Kind == PackageMemberKind.SymbolicLink))
        {
            _links.Add(link.Path, link.LinkTarget!);
        }

        for (int package = 0; package < entries.Length; package++)
        {
            for (int i = 0; i < entries[package].Length; i++)
            {
                LinkEntry entry = entries[package][i];
                string path = _links.Resolve(entry.Path, _packages[package].Package.FileName);
                entries[package][i] = entry = path == entry.Path ? entry : entry with { Path = path };
                Claim(package, entry);
            }
        }

        CheckParents();
        List<PathClash> clashes = [.. _claims.Values.Where(claims => claims.Count > 1 && claims[0].Entry.Kind != PackageMemberKind.Directory)
            .Select(Clash).OrderBy(clash => clash.Path, StringComparer.Ordinal)];
        LinkedPackage[] linked = [.. _packages.Select((input, package) => new LinkedPackage(input, [.. entries[package].Where(entry => Has(package, entry))])
        {
            Scripts = [.. LinkScripts.Of(input.Record.Name, entries[package])],
            Compiled = _options.CompilesPython && input.Package.Info.IsNoarchPython && _python!.Tag is { } tag
                ? ByteCompilation.FilesOf(entries[package].Where(entry => Has(package, entry)), _python.SitePackages, tag).Where(path => !_claims.ContainsKey(path)).ToHashSet()
                : new HashSet<string>(),
        })];
        return new LinkPlan(_options, linked, [], clashes, _notices) { PythonInterpreter = _python?.Interpreter, PythonTag = _python?.Tag };
    }

    private IEnumerable<LinkEntry> EntriesOf(LinkInput input)
    {
        UnpackedPackage package = input.Package;
        bool isPython = package.Info.IsNoarchPython;
        PythonLayout? python = isPython ? _python ?? PythonLayout.Missing(input) : null;

        LinkEntry[] programs = isPython ? ProgramsOf(package, python!) : [];
        HashSet<string> made = [.. programs.Select(program => program.Path)];

        // In the order of the archive, so that whoever reads it from front to back meets the bytes in turn.
        foreach (PackagePath path in package.Info.Paths.OrderBy(path => package.Members.TryGetValue(path.Path, out PackageMember? member) ? member.Content : -1))
        {
            string place = python?.PlaceOf(path.Path) ?? path.Path;
            if (place.StartsWith(RecordsFolder, StringComparison.Ordinal))
            {
                _notices.Add($"{package.FileName}: '{path.Path}' was left out, because {RecordsFolder} is not a package's to write to (CEP 32)");
            }
            else if (!made.Contains(place) && _options.LeftOut?.Covers(input.Record.Name, place) != true)
            {
                yield return Entry(package, path, place);
            }
        }

        foreach (LinkEntry program in programs)
        {
            yield return program;
        }
    }

    // A program that the package also holds as a file is made all the same, as conda does.
    private LinkEntry[] ProgramsOf(UnpackedPackage package, PythonLayout python) => [.. package.Info.EntryPoints.Select(text => EntryPoint.TryParse(text)
            ?? throw PackageProblem.Damaged(package.FileName, $"has the entry point '{text}', where 'name = module:function' was expected")).DistinctBy(point => point.Name)
        .Select(point => MadeEntry.Of($"bin/{point.Name}", point.Script(Shebang.For($"{_options.Prefix}/{python.Interpreter}")), isExecutable: true, "unix_python_entry_point"))];

    private LinkEntry Entry(UnpackedPackage package, PackagePath path, string place)
    {
        if (!package.Members.TryGetValue(path.Path, out PackageMember? member) || member.Kind == PackageMemberKind.Directory)
        {
            return new LinkEntry { Path = place, Kind = PackageMemberKind.Directory, PathType = "directory", Source = path };
        }

        Relocation? relocation = path.Relocation is { } mode && member.Kind == PackageMemberKind.File
            ? Relocation.Create(mode, path.Placeholder!, _options.Prefix, $"{package.FileName}: {path.Path}")
            : null;
        return new LinkEntry
        {
            Path = place,
            Kind = member.Kind,
            IsExecutable = member.IsExecutable,
            LinkTarget = member.LinkTarget,
            PathType = member.Kind == PackageMemberKind.SymbolicLink ? "softlink" : "hardlink",
            Package = package,
            Member = member,
            Source = path,
            Relocation = relocation,
            Size = relocation is null or { Mode: RelocationMode.Binary } ? member.Size : -1,
            Sha256 = relocation is null && member.Kind == PackageMemberKind.File ? path.Sha256 : null,
        };
    }

    private void Claim(int package, LinkEntry entry)
    {
        if (!_claims.TryGetValue(entry.Path, out List<(int Package, LinkEntry Entry)>? claims))
        {
            _claims[entry.Path] = [(package, entry)];
            return;
        }

        if (claims[^1].Package == package && entry.Kind != PackageMemberKind.Directory)
        {
            throw PackageProblem.Damaged(_packages[package].Package.FileName, $"has two files for the path '{entry.Path}'");
        }

        if ((claims[0].Entry.Kind == PackageMemberKind.Directory) != (entry.Kind == PackageMemberKind.Directory))
        {
            throw Conflict(entry.Path, _packages[claims[0].Package], _packages[package]);
        }

        claims.Add((package, entry));
    }

    // What one package has as a file cannot be another's directory.
    private void CheckParents()
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string path, List<(int Package, LinkEntry Entry)> claims) in _claims)
        {
            for (string parent = LayerPath.ParentOf(path); parent.Length > 0 && known.Add(parent); parent = LayerPath.ParentOf(parent))
            {
                if (_claims.TryGetValue(parent, out List<(int Package, LinkEntry Entry)>? above) && above[0].Entry.Kind != PackageMemberKind.Directory)
                {
                    throw Conflict(parent, _packages[above[0].Package], _packages[claims[0].Package]);
                }
            }
        }
    }

    private bool Has(int package, LinkEntry entry) => _claims[entry.Path] is var claims && claims[^1].Package == package;

    private PathClash Clash(List<(int Package, LinkEntry Entry)> claims) => new(
        claims[0].Entry.Path,
        _packages[claims[^1].Package].Record.Name,
        [.. claims.SkipLast(1).Select(claim => _packages[claim.Package].Record.Name)],
        claims.All(claim => IsSame(claim.Entry, claims[^1].Entry)));

    private static bool IsSame(LinkEntry a, LinkEntry b) => a.Kind == b.Kind && a.LinkTarget == b.LinkTarget && a.IsExecutable == b.IsExecutable
        && (a.Kind != PackageMemberKind.File || (a.Source?.Sha256 is { } hash && hash == b.Source?.Sha256 && a.Source.Placeholder == b.Source.Placeholder && a.Source.Relocation == b.Source.Relocation));

    private static DiagnosticException Conflict(string path, LinkInput first, LinkInput second) => new(
        "path-conflict", $"'{path}' is a file for one of the packages {first.DistName} and {second.DistName}, and a directory for the other.", "Choose other versions of one of them.");
}
