using Slipway.PyPi.Files;
using Slipway.Toml;

namespace Slipway.PyPi.Locks;

/// <summary>
/// Writes <c>pylock.toml</c> (PEP 751): the same lock gives the same bytes. Packages are in the order of their names, one file a line, so that a change of one package shows as a change of
/// its lines. Credentials are never written.
/// </summary>
public static class PylockWriter
{
    /// <summary>The text of a lock.</summary>
    public static string Write(PythonLock from)
    {
        List<TomlEntry> top = [new("lock-version", new TomlString("1.0"))];
        Texts(top, "environments", from.Environments.Select(e => e.ToString()));
        Text(top, "requires-python", from.RequiresPython?.ToString());
        Texts(top, "extras", from.Extras.Select(e => e.Value).Order(StringComparer.Ordinal));
        Texts(top, "dependency-groups", from.DependencyGroups.Order(StringComparer.Ordinal));
        Texts(top, "default-groups", from.DefaultGroups.Order(StringComparer.Ordinal));
        Text(top, "created-by", from.CreatedBy);
        top.Add(new TomlEntry("packages", new TomlArray([.. Ordered(from.Packages).Select(Package)])));
        return TomlWriter.Write(new TomlTable(default, top));
    }

    /// <summary>The order of packages in every lock that is written.</summary>
    internal static IEnumerable<LockedDistribution> Ordered(IEnumerable<LockedDistribution> packages) =>
        packages.OrderBy(p => p.Name).ThenBy(p => p.Version).ThenBy(p => p.Marker?.ToString(), StringComparer.Ordinal);

    private static TomlTable Package(LockedDistribution package)
    {
        List<TomlEntry> entries = [new("name", new TomlString(package.Name.Value))];
        Text(entries, "version", package.Version?.ToString());
        Text(entries, "marker", package.Marker?.ToString());
        Text(entries, "requires-python", package.RequiresPython is { IsAny: false } asked ? asked.ToString() : null);
        if (package.Dependencies.Count > 0)
        {
            entries.Add(new TomlEntry("dependencies", new TomlArray([.. package.Dependencies.Select(d => (d.Name, d.Version)).Distinct().OrderBy(d => d.Name).ThenBy(d => d.Version).Select(d =>
            {
                List<TomlEntry> dependency = [new("name", new TomlString(d.Name.Value))];
                Text(dependency, "version", d.Version?.ToString());
                return Inline(dependency);
            })])));
        }

        if (package.Vcs is { } vcs)
        {
            List<TomlEntry> repository = [new("type", new TomlString(vcs.Type))];
            Text(repository, "url", vcs.Url is { } url ? UrlCredentials.Strip(url) : null);
            Text(repository, "path", vcs.Path);
            Text(repository, "requested-revision", vcs.RequestedRevision);
            Text(repository, "commit-id", vcs.CommitId);
            Text(repository, "subdirectory", vcs.Subdirectory);
            entries.Add(new TomlEntry("vcs", Inline(repository)));
        }

        if (package.Directory is { } directory)
        {
            List<TomlEntry> folder = [new("path", new TomlString(directory.Path))];
            if (directory.IsEditable)
            {
                folder.Add(new TomlEntry("editable", new TomlBoolean(true)));
            }

            Text(folder, "subdirectory", directory.Subdirectory);
            entries.Add(new TomlEntry("directory", Inline(folder)));
        }

        if (package.Archive is { } archive)
        {
            entries.Add(new TomlEntry("archive", File(archive)));
        }

        Text(entries, "index", package.Index is { } index ? UrlCredentials.Strip(index) : null);
        if (package.Sdist is { } sdist)
        {
            entries.Add(new TomlEntry("sdist", File(sdist)));
        }

        if (package.Wheels.Count > 0)
        {
            entries.Add(new TomlEntry("wheels", new TomlArray([.. package.Wheels.OrderBy(w => w.FileName, StringComparer.Ordinal).Select(File)])));
        }

        return new TomlTable(default, entries);
    }

    private static TomlTable File(LockedFile file)
    {
        List<TomlEntry> entries = [];
        Text(entries, "name", file.WrittenName is { } name && name != LockedFile.NameOf(file.Path, file.Url) ? name : null);
        if (file.UploadTime is { } uploaded)
        {
            entries.Add(new TomlEntry("upload-time", new TomlOffsetDateTime(uploaded.ToUniversalTime())));
        }

        Text(entries, "url", file.Url is { } url ? UrlCredentials.Strip(url) : null);
        Text(entries, "path", file.Path);
        if (file.Size is { } size)
        {
            entries.Add(new TomlEntry("size", new TomlInteger(size)));
        }

        Text(entries, "subdirectory", file.Subdirectory);
        entries.Add(new TomlEntry("hashes", Inline([.. file.Hashes.OrderBy(h => h.Algorithm, StringComparer.Ordinal).Select(h => new TomlEntry(h.Algorithm, new TomlString(h.Value)))])));
        return Inline(entries);
    }

    private static TomlTable Inline(IReadOnlyList<TomlEntry> entries) => new(default, entries, IsInline: true);

    private static void Text(List<TomlEntry> entries, string key, string? value)
    {
        if (value is not null)
        {
            entries.Add(new TomlEntry(key, new TomlString(value)));
        }
    }

    private static void Texts(List<TomlEntry> entries, string key, IEnumerable<string> values)
    {
        TomlValue[] items = [.. values.Select(v => new TomlString(v))];
        if (items.Length > 0)
        {
            entries.Add(new TomlEntry(key, new TomlArray(items)));
        }
    }
}
