using System.Text;
using System.Text.Json;
using Slipway.Conda.Packages;

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
            yield return MadeEntry.Of($"{Folder}/{package.Record.DistName}.json", Record(package).ToJson());
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
        InstallRecord record = package.Record;
        LinkEntry[] entries = [.. package.Entries.OrderBy(entry => entry.Path, StringComparer.Ordinal)];
        return new MetaDocument
        {
            Build = record.Build,
            BuildNumber = record.BuildNumber,
            Channel = record.Channel,
            Constrains = record.Constrains,
            Depends = record.Depends,
            Files = [.. entries.Where(entry => entry.Kind != PackageMemberKind.Directory).Select(entry => entry.Path)],
            FileName = record.FileName,
            License = record.License,
            Md5 = record.Md5,
            Name = record.Name,
            Noarch = record.Noarch,
            Paths = new PathsDocument { Paths = [.. entries.Select(Path)] },
            PythonSitePackagesPath = record.PythonSitePackagesPath,
            RequestedSpec = record.RequestedSpecs is [var first, ..] ? first : null,
            RequestedSpecs = record.RequestedSpecs,
            Sha256 = record.Sha256,
            Size = record.Size,
            Subdir = record.Subdir,
            Timestamp = record.Timestamp,
            TrackFeatures = record.TrackFeatures,
            Url = record.Url,
            Version = record.Version,
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

    // One block, as if the environment had been made in one go, which it was.
    private static string History(LinkOptions options, IReadOnlyList<LinkedPackage> packages)
    {
        DateTimeOffset time = DateTimeOffset.FromUnixTimeSeconds(options.Timestamp);
        var text = new StringBuilder();
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"==> {time:yyyy-MM-dd HH:mm:ss} <==\n# cmd: slipway\n");
        foreach (InstallRecord record in packages.Select(package => package.Record).OrderBy(record => record.Name, StringComparer.Ordinal))
        {
            text.Append($"+{(record.Channel.Length > 0 ? $"{record.Channel.TrimEnd('/')}/{record.Subdir}::" : "")}{record.DistName}\n");
        }

        string[] specs = [.. packages.SelectMany(package => package.Record.RequestedSpecs).Distinct().Order(StringComparer.Ordinal)];
        return specs.Length == 0 ? text.ToString() : text.Append($"# update specs: [{string.Join(", ", specs.Select(Quoted))}]\n").ToString();

        // As a Python list is written, which is how it is read.
        static string Quoted(string spec) => $"'{spec.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal).ReplaceLineEndings(" ")}'";
    }
}
