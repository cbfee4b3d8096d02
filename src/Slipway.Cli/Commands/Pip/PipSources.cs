using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Slipway.Foundation.Text;
using Slipway.Packages.Archives;
using Slipway.PyPi.Builds;
using Slipway.PyPi.Files;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Locks;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Wheels;

namespace Slipway.Cli.Commands.Pip;

/// <summary>What is only known when it is fetched, and perhaps built: wheels, archives and folders that requirements name by their addresses, and source distributions of indexes.</summary>
internal sealed class PipSources(ArchiveCache archives, Func<string> temporary, PipBuilder builder, ISourceRepositories repositories) : ISourceMetadata
{
    private static readonly string[] s_failures = ["build-failed", "wrong-build", "no-project", "hostile-source", "damaged-source", "no-builder"];

    private readonly ConcurrentDictionary<string, DirectPlace> _places = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, AuthenticationHeaderValue> _logins = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<CoreMetadata> GetMetadataAsync(IndexFile source, CancellationToken cancellationToken)
    {
        try
        {
            return await builder.GetMetadataAsync(await SourceOfAsync(source.ToArchiveSource(), source.Project, cancellationToken), cancellationToken);
        }
        catch (DiagnosticException e) when (s_failures.Contains(e.Diagnostics[0].Code))
        {
            throw new FormatException(e.Diagnostics[0].Message, e); // another version may do
        }
    }

    /// <inheritdoc/>
    public async Task<CoreMetadata> GetDirectAsync(ProjectName project, string url, CancellationToken cancellationToken)
    {
        DirectPlace place = _places[url] = await FindAsync(url, cancellationToken);
        CoreMetadata metadata = await MetadataOfAsync(place, cancellationToken);
        return metadata.Project == project ? metadata : throw new DiagnosticException(
            "wrong-project", $"At {UrlCredentials.Mask(url)} is {metadata.Name}, and {project} was expected there.", "Write the name that it has.");
    }

    /// <summary>The name of what lies in a file or folder.</summary>
    public async Task<ProjectName> NameOfAsync(string url, CancellationToken cancellationToken) => (await MetadataOfAsync(await FindAsync(url, cancellationToken), cancellationToken)).Project;

    /// <summary>Puts the login of a requirement's address into the request for it.</summary>
    public bool Authorize(HttpRequestMessage request)
    {
        if (!_logins.TryGetValue(request.RequestUri!.AbsoluteUri, out AuthenticationHeaderValue? login))
        {
            return false;
        }

        request.Headers.Authorization = login;
        return true;
    }

    /// <summary>A lock's package with the place it is taken from; paths are absolute.</summary>
    public LockedDistribution WithPlace(LockedDistribution package, SolvedDistribution distribution)
    {
        DirectPlace place = _places[distribution.Url!];
        if (place is { Repository: { } repository, Commit: { } commit })
        {
            return package with { Vcs = new LockedRepository { Type = "git", Url = repository.Shown, RequestedRevision = repository.Revision, CommitId = commit, Subdirectory = repository.Subdirectory } };
        }

        if (place.Folder is { } folder)
        {
            return package with { Version = null, Directory = new LockedDirectory { Path = folder } };
        }

        ArchiveSource source = place.Archive!;
        bool isHere = source.Url.StartsWith("file:", StringComparison.Ordinal);
        return package with
        {
            Archive = new LockedFile
            {
                WrittenName = source.FileName,
                Url = isHere ? null : source.Url,
                Path = isHere ? new Uri(source.Url).LocalPath : null,
                Size = source.Size,
                Hashes = [.. source.Hashes.Select(h => new FileHash(h.Name, h.Hex))],
                Subdirectory = place.Subdirectory,
            },
        };
    }

    /// <summary>The wheel of what lies at an address, built if need be.</summary>
    public async Task<PipWheel> WheelOfAsync(string url, bool isRequested, string expected, CancellationToken cancellationToken)
    {
        DirectPlace place = _places.TryGetValue(url, out DirectPlace? known) ? known : await FindAsync(url, cancellationToken);
        DirectUrl origin = place is { Repository: { } repository, Commit: { } commit } ? repository.ToDirectUrl(commit)
            : place.Folder is { } folder ? DirectUrl.Folder(folder) : DirectUrl.Archive(place.Archive!.Url, place.Archive.Sha256!, place.Subdirectory);
        ArchiveSource wheel = place.IsWheel ? place.Archive! : await builder.BuildAsync(await BuildSourceOfAsync(place, cancellationToken), cancellationToken);
        return new PipWheel(wheel, isRequested, origin, expected);
    }

    /// <summary>The wheel of a source distribution, built if it is not there.</summary>
    public async Task<ArchiveSource> BuildAsync(ArchiveSource source, ProjectName project, CancellationToken cancellationToken) =>
        await builder.BuildAsync(await SourceOfAsync(source, project, cancellationToken), cancellationToken);

    private async Task<BuildSource> SourceOfAsync(ArchiveSource source, ProjectName project, CancellationToken cancellationToken) =>
        BuildSource.Of(await archives.GetAsync(source, static _ => { }, cancellationToken)) with { Project = project };

    private async Task<BuildSource> BuildSourceOfAsync(DirectPlace place, CancellationToken cancellationToken) =>
        place is { Repository: { } repository, Commit: { } commit } ? BuildSource.OfCommit(repository, commit, repositories)
        : place.Folder is { } folder ? BuildSource.OfFolder(folder, cancellationToken)
        : BuildSource.Of(await archives.GetAsync(place.Archive!, static _ => { }, cancellationToken)) with { Subdirectory = place.Subdirectory };

    private async Task<CoreMetadata> MetadataOfAsync(DirectPlace place, CancellationToken cancellationToken)
    {
        if (!place.IsWheel)
        {
            return await builder.GetMetadataAsync(await BuildSourceOfAsync(place, cancellationToken), cancellationToken);
        }

        CachedArchive cached = await archives.GetAsync(place.Archive!, static _ => { }, cancellationToken);
        using WheelArchive wheel = WheelArchive.Open(cached, () => Path.Combine(temporary(), Guid.NewGuid().ToString("N")), heal: true, 1, cancellationToken);
        return CoreMetadata.Read(await wheel.ReadMetadataAsync(cancellationToken));
    }

    private async Task<DirectPlace> FindAsync(string url, CancellationToken cancellationToken)
    {
        if (RepositoryAddress.TryParse(url, out RepositoryAddress? repository))
        {
            return new DirectPlace(null, null) { Repository = repository, Commit = await repositories.CommitAsync(repository, cancellationToken) };
        }

        string plain = url.Split('#')[0];
        if (Uri.TryCreate(plain, UriKind.Absolute, out Uri? address) && address.IsFile && Directory.Exists(address.LocalPath))
        {
            return new DirectPlace(Path.TrimEndingDirectorySeparator(address.LocalPath), null);
        }

        ArchiveSource source = AddressedFile.Of(url, mayBeHere: true);
        if (address!.UserInfo.Length > 0)
        {
            _logins[new Uri(source.Url).AbsoluteUri] = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo))));
        }

        CachedArchive cached = await archives.GetAsync(source, static _ => { }, cancellationToken);
        await using FileStream file = File.OpenRead(cached.ArchivePath);
        return new DirectPlace(null, source with { Size = file.Length, Hashes = [ArchiveHash.TryCreate("sha256", Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)))!] }) { Subdirectory = AddressedFile.SubdirectoryOf(url) };
    }

    /// <summary>What an address leads to: a folder of this machine, an archive with its hash, or a commit of a repository.</summary>
    private sealed record DirectPlace(string? Folder, ArchiveSource? Archive)
    {
        public RepositoryAddress? Repository { get; init; }

        public string? Commit { get; init; }

        /// <summary>The folder of the project in the archive; null: its root.</summary>
        public string? Subdirectory { get; init; }

        public bool IsWheel => Archive?.FileName.EndsWith(WheelFileName.Extension, StringComparison.Ordinal) == true;
    }
}
