using System.Text.Json;
using Slipway.Packages.Archives;

namespace Slipway.Conda.Packages;

/// <summary>
/// The three members of a <c>.conda</c> file (CEP 35): <c>metadata.json</c>, and the two tars, one for <c>info/</c> and one for the rest. They are read one after another as they
/// come when the file's headers allow it, so that a package is unpacked while it is downloaded; else by the directory at the end.
/// </summary>
internal static class CondaMembers
{
    private const string Metadata = "metadata.json", TarEnding = ".tar.zst";
    private const int KnownVersion = 2, LargestMetadata = 64 * 1024;

    /// <param name="package">The file's name, for messages.</param>
    /// <param name="archive">Its bytes.</param>
    /// <param name="read">Reads one of the two tars; true for the one with <c>info/</c>.</param>
    internal static void Read(string package, ArchiveBytes archive, Action<ZipMember, bool> read)
    {
        var seen = new List<ZipMember>();
        for (long offset = 0; StoredZip.TryReadHeader(archive, offset, out ZipMember member, out _); offset = member.Offset + member.Length)
        {
            ReadOne(package, archive, member, seen, read);
            seen.Add(member);
        }

        // The directory has the last word: a member that was read must be in it, and what is not read yet is read now.
        List<ZipMember> members = StoredZip.ReadDirectory(archive);
        if (seen.Except(members).Any())
        {
            throw PackageProblem.Hostile(package, "says of its members one thing before them and another in its directory");
        }

        foreach (ZipMember member in members.Except(seen))
        {
            ReadOne(package, archive, member, seen, read);
            seen.Add(member);
        }

        if (!seen.Any(IsInfo) || !seen.Any(IsFiles))
        {
            throw PackageProblem.Damaged(package, $"has no {(seen.Any(IsInfo) ? "pkg" : "info")}-*{TarEnding} in it");
        }
    }

    private static void ReadOne(string package, ArchiveBytes archive, ZipMember member, List<ZipMember> seen, Action<ZipMember, bool> read)
    {
        if (member.Name == Metadata)
        {
            CheckMetadata(package, archive, member);
        }
        else if (IsInfo(member) || IsFiles(member))
        {
            if (seen.Any(other => IsInfo(member) ? IsInfo(other) : IsFiles(other)))
            {
                throw PackageProblem.Hostile(package, $"has more than one archive like '{member.Name}' in it");
            }

            read(member, IsInfo(member));
        }
    }

    private static bool IsInfo(ZipMember member) => member.Name.StartsWith("info-", StringComparison.Ordinal) && member.Name.EndsWith(TarEnding, StringComparison.Ordinal);

    private static bool IsFiles(ZipMember member) => member.Name.StartsWith("pkg-", StringComparison.Ordinal) && member.Name.EndsWith(TarEnding, StringComparison.Ordinal);

    // Real packages with an empty one exist.
    private static void CheckMetadata(string package, ArchiveBytes archive, ZipMember member)
    {
        if (member.Length == 0)
        {
            return;
        }

        byte[] json = new byte[member.Length <= LargestMetadata ? member.Length : throw PackageProblem.Damaged(package, $"has a {Metadata} of {member.Length} bytes")];
        if (!archive.TryFill(member.Offset, json))
        {
            throw new InvalidDataException("It is cut off.");
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            int version = document.RootElement.TryGetProperty("conda_pkg_format_version", out JsonElement value) ? value.GetInt32() : KnownVersion;
            _ = version == KnownVersion ? true : throw PackageProblem.Damaged(package, $"is written in version {version} of the format; this program knows version {KnownVersion}");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw PackageProblem.Damaged(package, $"has a {Metadata} that cannot be read: {e.Message}");
        }
    }
}
