using Slipway.Packages.Archives;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Indexes.Pages;

/// <summary>Finds a project's wheels and source distributions among the files of clean pages.</summary>
internal sealed class FileSelection(ProjectName project)
{
    private const int MostPassedOver = 20;
    private readonly Dictionary<string, VersionSpecifiers?> _specifiers = new(StringComparer.Ordinal); // few texts stand at many files

    public List<IndexFile> Files { get; } = [];

    /// <summary>Some names of what is there besides.</summary>
    public List<string> PassedOver { get; } = [];

    /// <summary>Adds what a page has of the project.</summary>
    /// <param name="page">A clean page.</param>
    /// <param name="indexUrl">The index it is of, without secrets.</param>
    /// <param name="priority">The index's place.</param>
    public void Add(RawPage page, string indexUrl, int priority)
    {
        foreach (RawFile file in page.Files)
        {
            if (Read(file, indexUrl, priority) is { } known)
            {
                Files.Add(known);
            }
            else if (PassedOver.Count < MostPassedOver)
            {
                PassedOver.Add(file.FileName!);
            }
        }
    }

    private IndexFile? Read(RawFile file, string indexUrl, int priority)
    {
        WheelFileName? wheel = null;
        PythonVersion version;
        if (file.FileName!.EndsWith(WheelFileName.Extension, StringComparison.Ordinal))
        {
            if (!WheelFileName.TryParse(file.FileName, out wheel) || wheel.Project != project)
            {
                return null;
            }

            version = wheel.Version;
        }
        else if (SourceFileName.TryParse(file.FileName, project, out SourceFileName? source))
        {
            version = source.Version;
        }
        else
        {
            return null;
        }

        return new IndexFile
        {
            FileName = file.FileName,
            Url = file.Url,
            Project = project,
            Version = version,
            Wheel = wheel,
            Hashes = Hashes(file.Hashes),
            Size = file.Size,
            RequiresPython = file.RequiresPython is { Length: > 0 } text ? Specifiers(text) : null,
            UploadTime = TimeOf(file.UploadTime),
            Yanked = file.Yanked,
            HasMetadata = file.HasMetadata,
            MetadataHash = Hashes(file.MetadataHashes).FirstOrDefault(h => h.IsStrong),
            IndexUrl = indexUrl,
            Priority = priority,
        };
    }

    private VersionSpecifiers? Specifiers(string text)
    {
        if (!_specifiers.TryGetValue(text, out VersionSpecifiers? specifiers))
        {
            _specifiers.Add(text, specifiers = VersionSpecifiers.TryParse(text, out VersionSpecifiers? read) ? read : null);
        }

        return specifiers;
    }

    private static ArchiveHash[] Hashes(IReadOnlyList<(string Kind, string Hex)> written) =>
        written.Count == 0 ? [] : [.. written.Select(h => ArchiveHash.TryCreate(h.Kind, h.Hex)).OfType<ArchiveHash>()];

    private static DateTimeOffset? TimeOf(string? text) =>
        DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;
}
