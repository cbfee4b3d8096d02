using System.Text.Json;
using Slipway.Conda.Versions;

namespace Slipway.Conda.Channels.Repodata;

/// <summary>
/// What orders a record among its kind, and where in its JSON the lists of requirements are: all that a search needs of most records.
/// Tolerates what real channels hold: null for lists, times in seconds, features as text or as list, numbers as text.
/// </summary>
internal readonly struct RecordHead
{
    private const long SecondsEnd = 253_402_300_799; // the end of the year 9999 in seconds; larger times are milliseconds

    public required CondaVersion Version { get; init; }

    public required string Build { get; init; }

    public ulong BuildNumber { get; init; }

    /// <summary>How many features it tracks.</summary>
    public int TrackedFeatures { get; init; }

    /// <summary>Milliseconds since 1970; 0 when it does not say.</summary>
    public long Timestamp { get; init; }

    public long IndexedTimestamp { get; init; }

    /// <summary>Where the array of <c>depends</c> begins, or -1.</summary>
    public int Depends { get; init; }

    public int Constrains { get; init; }

    /// <summary>Where the object of <c>extra_depends</c> begins, or -1.</summary>
    public int ExtraDepends { get; init; }

    /// <summary>Reads a record; null when it lacks a usable version, or its build could not stand in the name of a file.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static RecordHead? Read(ReadOnlySpan<byte> json, VersionTable versions)
    {
        CondaVersion? version = null;
        string build = "";
        ulong number = 0;
        int features = 0, depends = -1, constrains = -1, extra = -1;
        long time = 0, indexed = 0;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Key key = KeyOf(reader.ValueSpan);
            reader.Read();
            switch (key)
            {
                case Key.Version when reader.TokenType == JsonTokenType.String:
                    version = versions.Get(reader.ValueSpan);
                    break;
                case Key.Build when reader.TokenType == JsonTokenType.String:
                    build = reader.GetString()!;
                    break;
                case Key.BuildNumber:
                    number = (ulong)Math.Max(0, Number(ref reader));
                    break;
                case Key.Timestamp:
                    time = Milliseconds(Number(ref reader));
                    break;
                case Key.IndexedTimestamp:
                    indexed = Milliseconds(Number(ref reader));
                    break;
                case Key.TrackFeatures:
                    features = CountFeatures(ref reader);
                    break;
                case Key.Depends when reader.TokenType == JsonTokenType.StartArray:
                    depends = (int)reader.TokenStartIndex;
                    reader.Skip();
                    break;
                case Key.Constrains when reader.TokenType == JsonTokenType.StartArray:
                    constrains = (int)reader.TokenStartIndex;
                    reader.Skip();
                    break;
                case Key.ExtraDepends when reader.TokenType == JsonTokenType.StartObject:
                    extra = (int)reader.TokenStartIndex;
                    reader.Skip();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return version is null || !IsPlain(build) ? null : new RecordHead
        {
            Version = version,
            Build = build,
            BuildNumber = number,
            TrackedFeatures = features,
            Timestamp = time,
            IndexedTimestamp = indexed,
            Depends = depends,
            Constrains = constrains,
            ExtraDepends = extra,
        };
    }

    /// <summary>Whether a text from a channel can be part of a file's name: builds and names of files become paths when packages are linked.</summary>
    internal static bool IsPlain(string text) => text.Length <= 255 && text is not ("." or "..") && !text.AsSpan().ContainsAny('/', '\\', '\0') && !text.Any(char.IsControl);

    internal static long Milliseconds(long time) => time is > 0 and <= SecondsEnd ? time * 1000 : time;

    /// <summary>A number, also one in quotes; 0 for anything else.</summary>
    internal static long Number(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                return reader.TryGetInt64(out long number) ? number : reader.TryGetDouble(out double real) && real is > 0 and < 1e18 ? (long)real : 0;
            case JsonTokenType.String:
                return long.TryParse(reader.GetString(), System.Globalization.CultureInfo.InvariantCulture, out long written) ? written : 0;
            default:
                reader.Skip();
                return 0;
        }
    }

    private static int CountFeatures(ref Utf8JsonReader reader)
    {
        int count = 0;
        if (reader.TokenType == JsonTokenType.String)
        {
            count = reader.GetString()!.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Length;
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            int depth = reader.CurrentDepth;
            while (reader.Read() && reader.CurrentDepth > depth)
            {
                count += reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0 ? 1 : 0;
            }
        }
        else
        {
            reader.Skip();
        }

        return count;
    }

    private enum Key
    {
        Other,
        Version,
        Build,
        BuildNumber,
        Timestamp,
        IndexedTimestamp,
        TrackFeatures,
        Depends,
        Constrains,
        ExtraDepends,
    }

    private static Key KeyOf(ReadOnlySpan<byte> key) => key.Length switch
    {
        5 when key.SequenceEqual("build"u8) => Key.Build,
        7 when key.SequenceEqual("version"u8) => Key.Version,
        7 when key.SequenceEqual("depends"u8) => Key.Depends,
        9 when key.SequenceEqual("timestamp"u8) => Key.Timestamp,
        10 when key.SequenceEqual("constrains"u8) => Key.Constrains,
        12 when key.SequenceEqual("build_number"u8) => Key.BuildNumber,
        13 when key.SequenceEqual("extra_depends"u8) => Key.ExtraDepends,
        14 when key.SequenceEqual("track_features"u8) => Key.TrackFeatures,
        17 when key.SequenceEqual("indexed_timestamp"u8) => Key.IndexedTimestamp,
        _ => Key.Other,
    };
}
