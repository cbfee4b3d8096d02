using System.Text;
using Slipway.Foundation.Text;
using Slipway.Packages.Archives;
using Slipway.Packages.Contents;
using Slipway.Packages.Zip;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Wheels;

/// <summary>
/// Reads a wheel for the first time: checks that its ZIP file cannot be read in two ways, that it is the project and version of its name, that every file is in its RECORD with the digest that it
/// has (the wheel specification; PEP 427, 491), and takes the files' bytes, several at once.
/// </summary>
internal sealed class WheelReader
{
    private const int LargestText = 64 << 20;
    private const string DistInfo = ".dist-info", Data = ".data";

    private readonly string _wheel;
    private readonly ArchiveBytes _archive;
    private readonly WheelFileName _name;
    private readonly ZipEntry[] _entries;
    private readonly Dictionary<string, ZipEntry> _byPath;
    private readonly string _info;
    private readonly List<string> _problems = [], _notices = [];

    private WheelReader(string wheel, ArchiveBytes archive)
    {
        (_wheel, _archive) = (wheel, archive);
        _name = WheelFileName.TryParse(wheel, out WheelFileName? name) ? name : throw WheelProblem.Damaged(wheel, "has a name that is none of a wheel (NAME-VERSION-PYTHON-ABI-PLATFORM.whl)");
        _entries = [.. ZipDirectory.Read(archive).Where(entry => !entry.IsDirectory)];
        _byPath = _entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        _info = FindInfo();
    }

    /// <summary>Reads and checks all of it.</summary>
    /// <param name="wheel">The file's name.</param>
    /// <param name="archive">Its bytes.</param>
    /// <param name="contents">Takes the files, in the places that <see cref="WheelArchive.Members"/> says.</param>
    /// <param name="heal">Whether a RECORD that does not fit the files is a notice and no error.</param>
    /// <param name="threads">How many files are read at once; makes no difference to the result.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">The wheel is hostile or damaged, or another one than its name says.</exception>
    internal static WheelListing Read(string wheel, ArchiveBytes archive, WritableContents contents, bool heal, int threads, CancellationToken cancellationToken) =>
        Guard(wheel, () => new WheelReader(wheel, archive).Run(contents, heal, threads, cancellationToken));

    /// <summary>Takes the files of a wheel that was read before.</summary>
    internal static void Extract(string wheel, WheelListing listing, ArchiveBytes archive, WritableContents contents, int threads, CancellationToken cancellationToken) =>
        Guard(wheel, () =>
        {
            var byPath = ZipDirectory.Read(archive).ToDictionary(entry => entry.Name, StringComparer.Ordinal);
            ZipEntry[] entries = [.. listing.Files.Select(file => byPath[file.Path])];
            RecordHash?[] expected = [.. listing.Files.Select(file => new RecordHash(System.Security.Cryptography.HashAlgorithmName.SHA256, Convert.FromHexString(file.Sha256)))];
            Taken[] taken = Take(archive, entries, expected, "", contents, threads, cancellationToken);
            return taken.All(file => file.IsRight) ? true : throw new InvalidDataException("its bytes are no longer those that were checked");
        });

    internal static T Guard<T>(string wheel, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (HostileZipException e)
        {
            throw WheelProblem.Hostile(wheel, e.Message);
        }
        catch (InvalidDataException e)
        {
            throw WheelProblem.Damaged(wheel, $"cannot be read: {e.Message}");
        }
        catch (FormatException e)
        {
            throw WheelProblem.Damaged(wheel, $"cannot be read: {e.Message}");
        }
        catch (DiagnosticException e) when (e.Diagnostics[0].Code == "decompression-bomb")
        {
            throw new DiagnosticException(e.Diagnostics[0] with { Message = $"The wheel '{wheel}' cannot be read: {e.Diagnostics[0].Message}" });
        }
    }

    private WheelListing Run(WritableContents contents, bool heal, int threads, CancellationToken cancellationToken)
    {
        var file = WheelFile.Parse(Text("WHEEL") ?? throw WheelProblem.Damaged(_wheel, $"has no {_info}/WHEEL"));
        _ = file.IsKnown ? true : throw WheelProblem.Version(_wheel, file.Version);
        if (file.IsNewer)
        {
            _notices.Add($"{_wheel} is of version {file.Version} of the format, which is newer than the one that this program knows");
        }

        CheckIdentity();
        CheckData();
        string entryPoints = Text("entry_points.txt") ?? "";
        EntryPointsFile.Parse(entryPoints);
        RecordHash?[] expected = Expected();

        // What RECORD lacks is known before any byte is unpacked.
        ThrowProblems(heal);
        Taken[] taken = Take(_archive, _entries, expected, $"{_info[..^DistInfo.Length]}{Data}/scripts/", contents, threads, cancellationToken);
        for (int i = 0; i < taken.Length; i++)
        {
            if (!taken[i].IsRight)
            {
                _problems.Add(expected[i] is null ? throw new InvalidDataException($"the bytes of its member '{_entries[i].Name}' are damaged") : $"'{_entries[i].Name}' has another digest");
            }
        }

        ThrowProblems(heal);
        return new WheelListing
        {
            DistInfo = _info,
            IsPurelib = file.IsPurelib,
            EntryPoints = entryPoints,
            Files = [.. _entries.Zip(taken, (entry, facts) => new WheelMember(entry.Name, entry.Size, facts.Sha256, entry.IsExecutable, facts.PythonLine))],
            Healed = _problems,
            Notices = _notices,
        };
    }

    private void ThrowProblems(bool heal)
    {
        if (_problems.Count > 0 && !heal)
        {
            throw WheelProblem.Record(_wheel, _problems);
        }
    }

    private string FindInfo()
    {
        string[] found = [.. _entries.Where(entry => entry.Name.Contains('/', StringComparison.Ordinal)).Select(entry => entry.Name[..entry.Name.IndexOf('/', StringComparison.Ordinal)])
            .Where(folder => folder.EndsWith(DistInfo, StringComparison.Ordinal)).Distinct()];
        return found.Length != 1 ? throw WheelProblem.Damaged(_wheel, found.Length == 0 ? "has no .dist-info folder" : $"has several .dist-info folders: {string.Join(", ", found)}")
            : WheelListing.IsOf(found[0], DistInfo, _name.Project, _name.Version) ? found[0]
            : throw WheelProblem.Lies(_wheel, $"its folder is '{found[0]}'");
    }

    // Other installers look at different places for name and version; here all must say the same.
    private void CheckIdentity()
    {
        string metadata = Text("METADATA") ?? throw WheelProblem.Damaged(_wheel, $"has no {_info}/METADATA");
        string head = metadata.Split("\n\n", 2)[0];
        string name = HeaderText.ValueOf(head, "Name") ?? "", version = HeaderText.ValueOf(head, "Version") ?? "";
        if (!ProjectName.TryParse(name, out ProjectName project) || project != _name.Project || !PythonVersion.TryParse(version, out PythonVersion? written) || written != _name.Version)
        {
            throw WheelProblem.Lies(_wheel, $"its METADATA call it '{name}' {version}");
        }
    }

    private void CheckData()
    {
        foreach (ZipEntry entry in _entries)
        {
            string folder = entry.Name.Split('/', 2)[0];
            if (folder.EndsWith(Data, StringComparison.Ordinal) && folder.Length < entry.Name.Length)
            {
                string scheme = entry.Name[(folder.Length + 1)..].Split('/', 2)[0];
                _ = !WheelListing.IsOf(folder, Data, _name.Project, _name.Version) ? throw WheelProblem.Lies(_wheel, $"it has a folder '{folder}'")
                    : scheme is "purelib" or "platlib" or "headers" or "scripts" or "data" && entry.Name.Length > folder.Length + scheme.Length + 2 ? true
                    : throw new DiagnosticException("wheel-scheme", $"The wheel '{_wheel}' has '{entry.Name}', and '{scheme}' is none of purelib, platlib, headers, scripts and data.", "Tell those who made it; another version may be right.");
            }
        }
    }

    // In the order of the entries: the digest that each must have, or null for those that have none by the rules.
    private RecordHash?[] Expected()
    {
        string path = $"{_info}/RECORD";
        if (Lines() is not { } lines)
        {
            return new RecordHash?[_entries.Length]; // the archive's own checksums have to do
        }

        var byPath = new Dictionary<string, RecordLine>(StringComparer.Ordinal);
        foreach (RecordLine line in lines.Where(line => line is not { Path: "", Hash: "", Size: "" }))
        {
            if (line.Wrong.FirstOrDefault() is { } wrong)
            {
                _problems.Add($"the line of '{line.Path}' has a wrong {wrong}");
            }
            else if (!byPath.TryAdd(line.Path, line) && byPath[line.Path] != line)
            {
                _problems.Add($"'{line.Path}' is listed twice");
            }
            else if (!_byPath.ContainsKey(line.Path) && line.Path != path)
            {
                _problems.Add($"'{line.Path}' is listed and is not in the archive");
            }
        }

        return [.. _entries.Select(entry => Expected(entry, byPath.GetValueOrDefault(entry.Name)))];
    }

    private IReadOnlyList<RecordLine>? Lines()
    {
        try
        {
            if (Text("RECORD") is { } text)
            {
                return RecordFile.Parse(text);
            }

            _problems.Add("there is none");
        }
        catch (FormatException e)
        {
            _problems.Add(e.Message);
        }

        return null;
    }

    private RecordHash? Expected(ZipEntry entry, RecordLine? line)
    {
        string name = entry.Name.StartsWith(_info + "/", StringComparison.Ordinal) ? entry.Name[(_info.Length + 1)..] : "";
        if (name is "RECORD" or "RECORD.jws" or "RECORD.p7s")
        {
            // It cannot hold its own digest, nor that of what signs it.
            if (line is not null && (name != "RECORD" || line.Hash.Length > 0))
            {
                _problems.Add($"it says something of '{entry.Name}', which it cannot");
            }

            return null;
        }

        RecordHash? hash = null;
        string? problem = line is null ? $"'{entry.Name}' is not in it"
            : line.Hash.Length == 0 ? $"'{entry.Name}' has no digest in it"
            : !RecordHash.TryParse(line.Hash, out hash) ? $"'{entry.Name}' has the digest '{line.Hash}', which is none that is known"
            : !hash.IsStrong ? $"'{entry.Name}' has a digest that is too weak ({hash.Algorithm})"
            : line.Size.Length > 0 && long.TryParse(line.Size, out long size) && size != entry.Size ? $"'{entry.Name}' has {entry.Size} bytes, not {line.Size}"
            : null;
        if (problem is null)
        {
            return hash;
        }

        _problems.Add(problem);
        return null;
    }

    private string? Text(string name)
    {
        if (!_byPath.TryGetValue($"{_info}/{name}", out ZipEntry? entry))
        {
            return null;
        }

        byte[] bytes = new byte[entry.Size <= LargestText ? entry.Size : throw WheelProblem.Damaged(_wheel, $"has a '{entry.Name}' of {entry.Size} bytes")];
        using var stream = new ZipMemberStream(_archive, entry);
        stream.ReadExactly(bytes);
        try
        {
            return new UTF8Encoding(false, true).GetString(bytes).TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal);
        }
        catch (DecoderFallbackException) when (name != "METADATA")
        {
            throw WheelProblem.Damaged(_wheel, $"has a '{entry.Name}' that is no UTF-8");
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes); // old ones have descriptions in any encoding
        }
    }

    private static Taken[] Take(ArchiveBytes archive, ZipEntry[] entries, RecordHash?[] expected, string scripts, WritableContents contents, int threads, CancellationToken cancellationToken)
    {
        var taken = new Taken[entries.Length];
        long[] places = new long[entries.Length];
        for (int i = 1; i < entries.Length; i++)
        {
            places[i] = contents.After(places[i - 1], entries[i - 1].Size);
        }

        try
        {
            Parallel.For(0, entries.Length, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, i =>
            {
                bool isScript = scripts.Length > 0 && entries[i].Name.StartsWith(scripts, StringComparison.Ordinal);
                using var reading = new MemberReading(new ZipMemberStream(archive, entries[i]), expected[i], isScript);
                contents.Put(places[i], entries[i].IsExecutable, reading);
                (string sha256, bool isRight) = reading.Finish(entries[i].Crc);
                taken[i] = new Taken(sha256, isRight, isScript ? reading.PythonLine : 0);
            });
        }
        catch (AggregateException e)
        {
            // One is enough; the others are of the same kind, or came of it.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions.FirstOrDefault(inner => inner is not OperationCanceledException) ?? e);
        }

        contents.Complete();
        return taken;
    }

    private readonly record struct Taken(string Sha256, bool IsRight, int PythonLine);
}
