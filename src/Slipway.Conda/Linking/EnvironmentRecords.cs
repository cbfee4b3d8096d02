using System.Text;
using System.Text.Json;
using Slipway.Conda.Packages;
using Slipway.Conda.Records;
using Slipway.Packages.Contents;

namespace Slipway.Conda.Linking;

/// <summary>
/// The files of <c>conda-meta/</c> (CEP 32): what makes a folder an environment that conda, mamba and pixi know. The same packages give the same bytes: no
/// path of this machine, no time of the clock, nothing of the order in which things were done.
/// </summary>
internal static class EnvironmentRecords
{
    private const string Folder = "conda-meta";

    /// <summary>The entries, one for each package and those of the environment.</summary>
    internal static IEnumerable<LinkEntry> Of(LinkOptions options, IReadOnlyList<LinkedPackage> packages)
    {
        foreach (LinkedPackage package in packages)
        {
            yield return MadeEntry.Of($"{Folder}/{package.Input.DistName}.json", Record(package).ToJson());
        }

        yield return MadeEntry.Of($"{Folder}/history", Encoding.UTF8.GetBytes(History(options, packages)));
        if (options.FrozenMessage is { } message)
        {
            yield return MadeEntry.Of($"{Folder}/frozen", JsonSerializer.SerializeToUtf8Bytes(new FrozenDocument(message), MetaJson.Readable.FrozenDocument));
        }

        if (options.Variables.Count > 0)
        {
            var state = new StateDocument { Variables = new SortedDictionary<string, string>(options.Variables.ToDictionary(), StringComparer.Ordinal) };
            yield return MadeEntry.Of($"{Folder}/state", JsonSerializer.SerializeToUtf8Bytes(state, MetaJson.Readable.StateDocument));
        }
    }

    private static MetaDocument Record(LinkedPackage package)
    {
        (PackageRecord record, _) = package.Input;
        LinkEntry[] entries = [.. package.Entries.OrderBy(entry => entry.Path, StringComparer.Ordinal)];
        return new MetaDocument
        {
            Build = record.Build,
            BuildNumber = (long)record.BuildNumber,
            Channel = ChannelOf(record),
            Constrains = record.Constrains,
            Depends = record.Depends,
            Files = [.. entries.Where(entry => entry.Kind != PackageMemberKind.Directory).Select(entry => entry.Path).Concat(package.Compiled).Order(StringComparer.Ordinal)],
            FileName = record.FileName,
            License = record.License,
            Md5 = record.Md5,
            Name = record.Name,
            Noarch = record.NoArch == NoArchKind.None ? null : record.NoArch.ToString().ToLowerInvariant(),
            Paths = new PathsDocument { Paths = [.. entries.Select(Path), .. package.Compiled.Order(StringComparer.Ordinal).Select(path => new PathDocument { Path = path, PathType = "pyc_file" })] },
            PythonSitePackagesPath = record.PythonSitePackagesPath,
            RequestedSpec = package.Input.RequestedSpecs is [var first, ..] ? first : null,
            RequestedSpecs = package.Input.RequestedSpecs,
            Sha256 = record.Sha256,
            Size = record.Size,
            Subdir = record.Subdir,
            Timestamp = record.Timestamp?.ToUnixTimeMilliseconds(),
            TrackFeatures = record.TrackFeatures.Count == 0 ? null : string.Join(' ', record.TrackFeatures),
            Url = record.Url,
            Version = record.Version.ToString(),
        };
    }

    private static PathDocument Path(LinkEntry entry) => new()
    {
        Path = entry.Path,
        PathType = entry.PathType,
        FileMode = entry.Source?.Relocation switch
        {
            RelocationMode.Text => "text",
            RelocationMode.Binary => "binary",
            _ => null,
        },
        Placeholder = entry.Source?.Placeholder,
        NoLink = entry.Source is { NoLink: true } ? true : null,
        Sha256 = entry.Source?.Sha256,
        Sha256InPrefix = entry.Kind == PackageMemberKind.File ? entry.Sha256 : null,
        Size = entry.Source?.Size,
    };

    // The channel's address, which is what stands before platform and file in the package's; a channel may keep its files elsewhere (CEP 15), then its name must do.
    private static string ChannelOf(PackageRecord record) =>
        record.Url.EndsWith($"/{record.Subdir}/{record.FileName}", StringComparison.Ordinal) ? record.Url[..^(record.Subdir.Length + record.FileName.Length + 2)] : record.Channel.TrimEnd('/');

    // One block, as if the environment had been made in one go, which it was.
    private static string History(LinkOptions options, IReadOnlyList<LinkedPackage> packages)
    {
        DateTimeOffset time = DateTimeOffset.FromUnixTimeSeconds(options.Timestamp);
        var text = new StringBuilder();
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"==> {time:yyyy-MM-dd HH:mm:ss} <==\n# cmd: slipway\n");
        foreach (LinkInput input in packages.Select(package => package.Input).OrderBy(input => input.Record.Name, StringComparer.Ordinal))
        {
            text.Append($"+{(ChannelOf(input.Record) is { Length: > 0 } channel ? $"{channel}/{input.Record.Subdir}::" : "")}{input.DistName}\n");
        }

        string[] specs = [.. packages.SelectMany(package => package.Input.RequestedSpecs).Distinct().Order(StringComparer.Ordinal)];
        return specs.Length == 0 ? text.ToString() : text.Append($"# update specs: [{string.Join(", ", specs.Select(Quoted))}]\n").ToString();

        // As a Python list is written, which is how it is read.
        static string Quoted(string spec) => $"'{spec.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal).ReplaceLineEndings(" ")}'";
    }
}
