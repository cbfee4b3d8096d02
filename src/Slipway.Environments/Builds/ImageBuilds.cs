using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Slipway.Build.Operations;
using Slipway.Build.Scheduling;
using Slipway.Environments.Building;
using Slipway.Environments.Locking;
using Slipway.Environments.Running;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;
using Slipway.Packages.Archives;
using Slipway.PyPi.Builds;
using Slipway.PyPi.Files;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;
using Slipway.Sandbox.Hosts;
using IFileTree = Slipway.Build.Contexts.IFileTree;
using SnapshotTree = Slipway.Build.Contexts.SnapshotTree;

namespace Slipway.Environments.Builds;

/// <summary>Builds the wheels of an image that nobody has built, in the sandbox, with the image's own Python and what the image has below its Python packages. The image's layers are made when the first build is needed.</summary>
internal sealed class ImageBuilds : IDisposable
{
    private readonly EnvironmentServices _services;
    private readonly BuildGround _ground;
    private readonly IndexSession _indexes;
    private readonly IFileTree _files;
    private readonly RepositoryFiles _archives;
    private readonly Lazy<string> _folder;

    /// <param name="services">The world.</param>
    /// <param name="ground">What builds see.</param>
    /// <param name="indexes">Where what builds need comes from; stays the caller's.</param>
    /// <param name="files">The repository, with its own projects.</param>
    /// <param name="archives">The repository's wheels and source distributions.</param>
    /// <param name="preferred">Versions of what builds need that are taken again where they fit.</param>
    /// <param name="excludeNewer">Files that came later do not exist.</param>
    public ImageBuilds(
        EnvironmentServices services, BuildGround ground, IndexSession indexes, IFileTree files, RepositoryFiles archives, IReadOnlyDictionary<ProjectName, PythonVersion> preferred, DateTimeOffset? excludeNewer)
    {
        (_services, _ground, _indexes, _files, _archives) = (services, ground, indexes, files, archives);
        _folder = new Lazy<string>(() => services.Store.CreateTemporaryDirectory("builds"));
        Queue = new BuildQueue(
            indexes.Archives, () => _folder.Value,
            (requirements, token) => BuildRequirements.ChooseAsync(
                new IndexPackages(indexes.Indexes, new FileSources(indexes.Indexes, builder: null), token),
                new PythonRequest { Target = ground.Python.Target, Requirements = requirements, Preferred = preferred, ExcludeNewer = excludeNewer }, token),
            MakeAsync);
        Metadata = new SourceMetadata(indexes.Archives, Queue, MetadataOfAddressAsync);
    }

    /// <summary>What is built for.</summary>
    public PythonTarget Target => _ground.Python.Target;

    /// <summary>What a search may ask of source distributions.</summary>
    public ISourceMetadata Metadata { get; }

    /// <summary>Builds that nobody locked.</summary>
    private BuildQueue Queue { get; }

    /// <summary>What a project of the repository says of itself, asked of its backend where its files leave it open.</summary>
    public Task<CoreMetadata> MetadataAsync(string folder, CancellationToken cancellationToken) =>
        AdvisedAsync(async () => await Queue.GetMetadataAsync(await SourceOfAsync(folder, cancellationToken), cancellationToken));

    /// <summary>The wheels that a build of a project of the repository needs.</summary>
    public Task<IReadOnlyList<ArchiveSource>> WheelsForAsync(string folder, CancellationToken cancellationToken) =>
        AdvisedAsync(async () => await Queue.WheelsForAsync(await SourceOfAsync(folder, cancellationToken), cancellationToken));

    /// <summary>The wheel of a project of the repository, built with the wheels that the lock has for it.</summary>
    /// <param name="project">The project.</param>
    /// <param name="digest">Names its files.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">It cannot be built.</exception>
    public Task<ArchiveSource> BuildAsync(LockedProject project, Digest digest, CancellationToken cancellationToken) => AdvisedAsync(async () =>
    {
        _services.Note($"building {project.Name}");
        BuildSource source = SourceOf(project.Folder, digest) with { Project = ProjectName.Parse(project.Name), Wheels = Locked(project.BuiltWith) };
        return await Queue.BuildAsync(source, cancellationToken);
    });

    /// <summary>The wheels that a build of a source distribution needs.</summary>
    public Task<IReadOnlyList<ArchiveSource>> WheelsForAsync(LockedPythonPackage package, CancellationToken cancellationToken) =>
        AdvisedAsync(async () => await Queue.WheelsForAsync(await SourceOfAsync(package, cancellationToken), cancellationToken));

    /// <summary>The wheel of a locked package: a file of the repository, or built with the wheels that the lock has for it.</summary>
    /// <exception cref="DiagnosticException">It cannot be built.</exception>
    public Task<ArchiveSource> WheelAsync(LockedPythonPackage package, CancellationToken cancellationToken) => AdvisedAsync(async () =>
    {
        if (!package.IsSource)
        {
            return package.LocalPath is { } path ? await FileAsync(path, package.ToArchiveSource().Hashes, cancellationToken) : package.ToArchiveSource();
        }

        BuildSource source = await SourceOfAsync(package, cancellationToken);
        return await Queue.BuildAsync(source with { Wheels = Locked(package.BuiltWith) }, cancellationToken);
    });

    public void Dispose()
    {
        Queue.Dispose();
        if (_folder.IsValueCreated)
        {
            DirectoryHandle.RemoveTreeAt(_folder.Value);
        }
    }

    /// <summary>The commit that the address of a requirement names.</summary>
    public async Task<string> CommitAsync(RepositoryAddress address, CancellationToken cancellationToken) => await _services.Repositories.CommitAsync(address, cancellationToken);

    /// <summary>The project of what lies at the address of a requirement that does not say it.</summary>
    public async Task<ProjectName> NameOfAsync(string url, CancellationToken cancellationToken) => (await MetadataOfAddressAsync(url, cancellationToken)).Project;

    private async Task<CoreMetadata> MetadataOfAddressAsync(ProjectName project, string url, CancellationToken cancellationToken)
    {
        CoreMetadata metadata = await MetadataOfAddressAsync(url, cancellationToken);
        return metadata.Project == project ? metadata
            : throw new DiagnosticException("wrong-project", $"At {UrlCredentials.Mask(url)} is {metadata.Name}, and {project} was expected there.", "Write the name that it has.");
    }

    private async Task<CoreMetadata> MetadataOfAddressAsync(string url, CancellationToken cancellationToken)
    {
        if (RepositoryAddress.TryParse(url, out RepositoryAddress? address))
        {
            _services.Note($"asking {address} what it needs");
            return await AdvisedAsync(async () => await Queue.GetMetadataAsync(BuildSource.OfCommit(address, await CommitAsync(address, cancellationToken), _services.Repositories), cancellationToken));
        }

        ArchiveSource source = _archives.Find(url)?.Source ?? AddressedFile.Of(url);
        return await AdvisedAsync(async () => await Queue.GetMetadataAsync(
            BuildSource.Of(await _indexes.Archives.GetAsync(source, static _ => { }, cancellationToken)) with { Subdirectory = AddressedFile.SubdirectoryOf(url) }, cancellationToken));
    }

    /// <summary>A wheel or source distribution of the repository.</summary>
    /// <param name="path">Its path in the repository.</param>
    /// <param name="hashes">What it must be; none: whatever it is.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task<ArchiveSource> FileAsync(string path, IReadOnlyList<ArchiveHash> hashes, CancellationToken cancellationToken) =>
        _archives.BringAsync(path, hashes, Directory.CreateDirectory(Path.Combine(_folder.Value, "files", Guid.NewGuid().ToString("N"))).FullName, cancellationToken);

    /// <summary>The path in the repository of a file that was brought from there, by its address now; null for other addresses.</summary>
    public string? PathOf(string url) => _archives.Find(url)?.Path;

    /// <summary>What lies at the address of a requirement, with its digest.</summary>
    public async Task<ArchiveSource> ArchiveAsync(string url, CancellationToken cancellationToken)
    {
        if (_archives.Find(url) is { } here)
        {
            return here.Source;
        }

        ArchiveSource source = AddressedFile.Of(url);
        CachedArchive cached = await _indexes.Archives.GetAsync(source, static _ => { }, cancellationToken);
        return source with { Size = new FileInfo(cached.ArchivePath).Length, Hashes = [new ArchiveHash(ArchiveHashKind.Sha256, cached.Digest.Hex)] };
    }

    private BuildWheelSolver Locked(ImmutableArray<LockedPythonPackage> wheels) => (_, token) => Queue.FetchAsync([.. wheels.Select(wheel => wheel.ToArchiveSource())], token);

    private async Task<BuildSource> SourceOfAsync(string folder, CancellationToken cancellationToken) => SourceOf(folder, await new ProjectTree(_files, folder).DigestAsync(cancellationToken));

    private BuildSource SourceOf(string folder, Digest digest) => new()
    {
        Name = folder.Length > 0 ? folder : "this repository's project",
        Identity = digest,
        Unpack = async (target, token) =>
        {
            await new ProjectTree(_files, folder).CopyAsync(target, token);
            return target;
        },
    };

    private async Task<BuildSource> SourceOfAsync(LockedPythonPackage package, CancellationToken cancellationToken)
    {
        BuildSource source;
        if (package.Repository is { } repository)
        {
            source = BuildSource.OfCommit(repository.Address, repository.Commit, _services.Repositories);
        }
        else
        {
            ArchiveSource file = package.ToArchiveSource();
            file = package.LocalPath is { } path ? await FileAsync(path, file.Hashes, cancellationToken) : file;
            source = BuildSource.Of(await _indexes.Archives.GetAsync(file, static _ => { }, cancellationToken)) with { Subdirectory = package.Subdirectory };
        }

        return source with { Project = ProjectName.Parse(package.Name), Version = PythonVersion.Parse(package.Version) };
    }

    private async Task<SourceBuilder> MakeAsync(BuildWheelSolver solve, CancellationToken cancellationToken)
    {
        string host = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        if (new ForeignPrograms().WhyNot(_ground.Platform.Architecture, host) is { } why)
        {
            throw new DiagnosticException("no-builder", $"it has to be built for {_ground.Platform}, whose programs cannot be run on this machine: {why}", "Take versions that have wheels, or build on such a machine.");
        }

        _services.Note($"making what builds for {_ground.Platform} need");
        GroundFiles ground = await _ground.FilesAsync(cancellationToken);
        var state = new FileSystemState([.. await _services.LayersOfAsync(ground.Top, cancellationToken)]);
        SnapshotTree tree = await SnapshotTree.LoadAsync(_services.Store.Layers, state.Layers, cancellationToken);
        var image = new SandboxImage(
            await SnapshotMounts.TreesAsync(_services.Store.Layers, state, cancellationToken),
            SnapshotMounts.Fixups(tree.Snapshot, LayerWriterOptions.DefaultTimestamp), await _ground.Variables(cancellationToken));
        string scratch = Directory.CreateDirectory(Path.Combine(_folder.Value, "scratch")).FullName;
        var runner = new SandboxedEnvironment(await SandboxHost.DetectAsync(cancellationToken), null, "/", scratch) { Image = image };
        return new SourceBuilder(_ground.Python, runner, solve, SourceBuilder.RootIn(_services.Store.Root), _folder.Value) { Surroundings = ground.Identity };
    }

    // Where the compilers of an image come from is for its environment files to say.
    private async Task<T> AdvisedAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (DiagnosticException e) when (e.Diagnostics[0].Code == "build-failed")
        {
            string advice = _ground.HasConda
                ? "Builds see the image's conda packages and those of apt.txt: a compiler comes with 'compilers' in environment.yml."
                : "Builds see the base image and the packages of apt.txt: a compiler comes with 'gcc' and 'libc6-dev' there, or with a base image that has one (base: in slipway.yml).";
            throw new DiagnosticException(e.Diagnostics[0] with { Help = $"{e.Diagnostics[0].Help} {advice}" });
        }
    }
}
