using System.Text;
using Slipway.Conda.Channels.Repodata;
using Slipway.Conda.Records;

namespace Slipway.Conda.Channels;

/// <summary>The records of one package in one folder, still as JSON.</summary>
/// <param name="place">Where it came from.</param>
/// <param name="entries">The records.</param>
/// <param name="slice">Gives bytes of the JSON.</param>
internal sealed class PackageJson(RecordPlace place, RecordEntry[] entries, PackageJson.Slice slice)
{
    /// <summary>Bytes of the JSON; valid as long as the folder's records are.</summary>
    public delegate ReadOnlySpan<byte> Slice(long start, int length);

    public RecordPlace Place { get; } = place;

    public int Count => entries.Length;

    /// <summary>The object of a record.</summary>
    public ReadOnlySpan<byte> Json(int record) => slice(entries[record].Start, entries[record].Length);

    /// <summary>The name of its file.</summary>
    public string FileName(int record)
    {
        ref readonly RecordEntry entry = ref entries[record];
        string key = Encoding.UTF8.GetString(slice(entry.Start - entry.KeyDistance, entry.KeyLength));
        return entry.Ending switch { 1 => key + ".conda", 2 => key + ".tar.bz2", _ => key };
    }

    /// <summary>All of a record.</summary>
    public PackageRecord Read(int record) => RecordJson.Read(Json(record), FileName(record), Place);

    /// <summary>All offered records that can be used.</summary>
    public IEnumerable<PackageRecord> ReadAll()
    {
        var versions = new VersionTable();
        foreach (int record in Offered())
        {
            if (RecordHead.Read(Json(record), versions) is not null)
            {
                yield return Read(record);
            }
        }
    }

    /// <summary>
    /// The records to offer: a package that is there as <c>.conda</c> and as <c>.tar.bz2</c> is one package, and the newer form is taken.
    /// </summary>
    public IEnumerable<int> Offered()
    {
        HashSet<string> newer = new(StringComparer.Ordinal);
        string[] names = new string[entries.Length];
        for (int i = 0; i < entries.Length; i++)
        {
            names[i] = FileName(i);
            if (names[i].EndsWith(".conda", StringComparison.Ordinal))
            {
                newer.Add(names[i][..^".conda".Length]);
            }
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
        {
            bool old = names[i].EndsWith(".tar.bz2", StringComparison.Ordinal) && newer.Contains(names[i][..^".tar.bz2".Length]);
            if (!old && PackageFileName.ExtensionOf(names[i]) is not null && RecordHead.IsPlain(names[i]) && seen.Add(names[i]))
            {
                yield return i;
            }
        }
    }
}
