using System.Globalization;
using System.Text;
using Slipway.Conda.Files;
using Slipway.Environments.Locking;
using Slipway.Images.Model;

namespace Slipway.Environments.Printing;

/// <summary>A lock in the forms of other programs.</summary>
public static class LockExport
{
    /// <summary>The forms, as people name them.</summary>
    public const string Forms = "conda-lock, explicit, pylock or requirements";

    /// <param name="form">One of <see cref="Forms"/>.</param>
    /// <param name="file">The lock.</param>
    /// <returns>Null when the form is not known.</returns>
    public static string? Of(string form, EnvironmentLock file) => form switch
    {
        "conda-lock" => CondaLock(file),
        "explicit" => string.Concat(file.Platforms.Select(Explicit)),
        "pylock" => PylockExport.Write(file),
        "requirements" => string.Concat(file.Platforms.Select(Requirements)),
        _ => null,
    };

    private static string CondaLock(EnvironmentLock file)
    {
        (string Subdir, PlatformLock Lock)[] platforms = [.. file.Platforms.Select(p => (CondaWish.SubdirOf(Platform.Parse(p.Platform)), p))];
        return CondaLockWriter.Write(new LockFile
        {
            Platforms = [.. platforms.Select(p => p.Subdir)],
            Channels = [.. platforms.SelectMany(p => p.Lock.Conda.Select(c => c.Record.Channel)).Where(c => c.Length > 0).Distinct()],
            ContentHashes = platforms.ToDictionary(p => p.Subdir, p => p.Lock.Recipe.Hex),
            Packages =
            [
                .. platforms.SelectMany(p => p.Lock.Conda.Select(c => LockedRecords.Of(c.Record, p.Subdir))),
                .. platforms.SelectMany(p => p.Lock.Python.Select(d => new LockedPackage
                {
                    Name = d.Name,
                    Version = d.Version,
                    Manager = PackageManager.Pip,
                    Platform = p.Subdir,
                    Url = d.Url,
                    Sha256 = d.Sha256,
                    Dependencies = [.. d.Requires.Select(name => new KeyValuePair<string, string>(name, ""))],
                })),
            ],
        });
    }

    private static string Explicit(PlatformLock locked) => string.Concat(
        $"# platform: {CondaWish.SubdirOf(Platform.Parse(locked.Platform))}\n@EXPLICIT\n",
        string.Concat(locked.Conda.Select(p => $"{p.Record.Url}{(p.Record.Sha256 is { } sha ? "#sha256:" + sha : p.Record.Md5 is { } md5 ? "#" + md5 : "")}\n")));

    private static string Requirements(PlatformLock locked)
    {
        var text = new StringBuilder($"# platform: {locked.Platform}\n");
        foreach (LockedPythonPackage package in locked.Python)
        {
            if (package.Repository is not null)
            {
                text.Append(CultureInfo.InvariantCulture, $"{package.Name} @ {package.Url}\n");
                continue;
            }

            string what = package.LocalPath is not null ? package.Url : package.IsDirect ? package.Requirement : $"{package.Name}=={package.Version}";
            text.Append(CultureInfo.InvariantCulture, $"{what}{(package.Sha256 is { } sha ? $" \\\n    --hash=sha256:{sha}" : "")}\n");
        }

        foreach (LockedProject project in locked.Projects)
        {
            text.Append(CultureInfo.InvariantCulture, $"./{project.Folder}{(project.Extras.IsEmpty ? "" : $"[{string.Join(',', project.Extras)}]")}\n");
        }

        return text.ToString();
    }
}
