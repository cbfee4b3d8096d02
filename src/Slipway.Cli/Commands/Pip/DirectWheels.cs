using System.Collections.Concurrent;
using System.Security.Cryptography;
using Slipway.Foundation.Text;
using Slipway.Packages.Archives;
using Slipway.PyPi.Files;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Locks;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;
using Slipway.PyPi.Tags;

namespace Slipway.Cli.Commands.Pip;

/// <summary>Wheels that requirements name by their addresses: brought here, and looked into.</summary>
internal sealed class DirectWheels(ArchiveCache archives, string store) : ISourceMetadata
{
    private readonly ConcurrentDictionary<string, ArchiveSource> _sources = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<CoreMetadata> GetMetadataAsync(IndexFile source, CancellationToken cancellationToken) =>
        throw new FormatException($"{source.FileName} would have to be built to know what it needs");

    /// <inheritdoc/>
    public async Task<CoreMetadata> GetDirectAsync(ProjectName project, string url, CancellationToken cancellationToken)
    {
        ArchiveSource source = SourceOf(url);
        if (!WheelFileName.TryParse(source.FileName, out WheelFileName? name))
        {
            throw new DiagnosticException("not-a-wheel", $"{UrlCredentials.Mask(url)} is no wheel; what has to be built is not taken from an address yet.", "Build a wheel of it first, and name that.");
        }

        if (name.Project != project)
        {
            throw new DiagnosticException("wrong-wheel", $"{UrlCredentials.Mask(url)} is a wheel of {name.Project}, and {project} was expected there.", "Write the name that its file has.");
        }

        CachedArchive cached = await archives.GetAsync(source, static _ => { }, cancellationToken);
        _sources[url] = source with
        {
            Size = new FileInfo(cached.ArchivePath).Length,
            Hashes = [ArchiveHash.TryCreate("sha256", Convert.ToHexStringLower(await HashAsync(cached.ArchivePath, cancellationToken)))!],
        };
        return await MetadataOfAsync(cached, cancellationToken);
    }

    /// <summary>What a lock keeps of one that was looked into.</summary>
    public LockedFile FileOf(SolvedDistribution distribution)
    {
        ArchiveSource source = _sources[distribution.Url!];
        bool isHere = source.Url.StartsWith("file:", StringComparison.Ordinal);
        return new LockedFile
        {
            WrittenName = source.FileName,
            Url = isHere ? null : UrlCredentials.Strip(source.Url),
            Path = isHere ? new Uri(source.Url).LocalPath : null,
            Size = source.Size,
            Hashes = [.. source.Hashes.Select(h => new FileHash(h.Name, h.Hex))],
        };
    }

    /// <summary>What the cache is asked for to have one that was looked into.</summary>
    public ArchiveSource this[string url] => _sources[url];

    private static ArchiveSource SourceOf(string url)
    {
        string plain = url.Split('#')[0];
        Dictionary<string, string> said = url.Contains('#', StringComparison.Ordinal)
            ? url[(url.IndexOf('#', StringComparison.Ordinal) + 1)..].Split('&').Select(p => p.Split('=', 2)).Where(p => p.Length == 2).DistinctBy(p => p[0]).ToDictionary(p => p[0], p => p[1])
            : [];
        return new ArchiveSource
        {
            FileName = Uri.UnescapeDataString(plain.Split('?')[0][(plain.Split('?')[0].LastIndexOf('/') + 1)..]),
            Url = plain,
            StoredName = "package.whl",
            Hashes = [.. said.Select(p => ArchiveHash.TryCreate(p.Key, p.Value)).OfType<ArchiveHash>()],
            Announcer = "requirement",
        };
    }

    private async Task<CoreMetadata> MetadataOfAsync(CachedArchive cached, CancellationToken cancellationToken)
    {
        using var temporary = new TemporaryFolder(store);
        using PyPi.Wheels.WheelArchive wheel = PyPi.Wheels.WheelArchive.Open(cached, () => Path.Combine(temporary.Path, Guid.NewGuid().ToString("N")), heal: true, 1, cancellationToken);
        return CoreMetadata.Read(await wheel.ReadMetadataAsync(cancellationToken));
    }

    private static async Task<byte[]> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using FileStream file = File.OpenRead(path);
        return await SHA256.HashDataAsync(file, cancellationToken);
    }
}
