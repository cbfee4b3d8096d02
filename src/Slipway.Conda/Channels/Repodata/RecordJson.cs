using System.Globalization;
using System.Text.Json;
using Slipway.Conda.Records;
using Slipway.Conda.Versions;

namespace Slipway.Conda.Channels.Repodata;

/// <summary>Reads a whole record, for what was chosen. As forgiving as <see cref="RecordHead"/>.</summary>
internal static class RecordJson
{
    /// <param name="json">The record's object.</param>
    /// <param name="fileName">Its file.</param>
    /// <param name="place">The channel's folder it came from.</param>
    /// <exception cref="InvalidDataException">A field that must be there is not, or is no JSON.</exception>
    public static PackageRecord Read(ReadOnlySpan<byte> json, string fileName, RecordPlace place)
    {
        Fields fields;
        try
        {
            fields = Fields.Read(json);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"the record of {fileName} is not JSON: {e.Message}", e);
        }

        PackageFileName? parts = PackageFileName.TryParse(fileName, out PackageFileName? taken) ? taken : null;
        string name = fields.Text("name") ?? parts?.Name ?? throw Missing(fileName, "name");
        string version = fields.Text("version") ?? parts?.Version ?? throw Missing(fileName, "version");
        return new PackageRecord
        {
            Name = name,
            Version = CondaVersion.TryParse(version, out CondaVersion? parsed, out string? problem) ? parsed : throw new InvalidDataException($"the version of {fileName} is none: {problem}"),
            Build = fields.Text("build") ?? parts?.Build ?? "",
            BuildNumber = (ulong)Math.Max(0, fields.Number("build_number")),
            Subdir = fields.Text("subdir") ?? place.Subdir,
            FileName = fileName,
            Channel = place.ChannelName,
            Url = place.BaseUrl + Uri.EscapeDataString(fileName).Replace("%21", "!", StringComparison.Ordinal).Replace("%2B", "+", StringComparison.Ordinal),
            Depends = fields.List("depends"),
            Constrains = fields.List("constrains"),
            ExtraDepends = fields.Groups,
            Flags = fields.List("flags"),
            TrackFeatures = [.. fields.List("track_features").SelectMany(Words)],
            Features = string.Join(' ', fields.List("features").SelectMany(Words)),
            Timestamp = Time(fields.Number("timestamp")),
            IndexedTimestamp = Time(fields.Number("indexed_timestamp")),
            NoArch = fields.Text("noarch") switch { "python" => NoArchKind.Python, null or "false" => NoArchKind.None, _ => NoArchKind.Generic },
            Md5 = Hash(fields.Text("md5"), 32),
            Sha256 = Hash(fields.Text("sha256"), 64),
            Size = Positive(fields.Number("size")),
            License = fields.Text("license"),
            LicenseFamily = fields.Text("license_family"),
            LegacyBz2Md5 = Hash(fields.Text("legacy_bz2_md5"), 32),
            LegacyBz2Size = Positive(fields.Number("legacy_bz2_size")),
            PythonSitePackagesPath = fields.Text("python_site_packages_path"),
            Purls = fields.List("purls"),
        };
    }

    private static string[] Words(string text) => text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static DateTimeOffset? Time(long milliseconds) => milliseconds is > 0 and < 253_402_300_799_999 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    private static long? Positive(long number) => number > 0 ? number : null;

    // A hash that is none cannot be checked; it must not look like one that was.
    private static string? Hash(string? text, int length) => text is not null && text.Length == length && text.All(char.IsAsciiHexDigit) ? text.ToLowerInvariant() : null;

    private static InvalidDataException Missing(string fileName, string field) => new($"the record of {fileName} has no {field}");

    /// <summary>The fields of one record: texts, numbers as texts, lists of texts.</summary>
    private sealed class Fields
    {
        private readonly Dictionary<string, List<string>> _lists = new(StringComparer.Ordinal);
        private readonly Dictionary<string, IReadOnlyList<string>> _groups = new(StringComparer.Ordinal);

        public IReadOnlyDictionary<string, IReadOnlyList<string>> Groups => _groups;

        public static Fields Read(ReadOnlySpan<byte> json)
        {
            var fields = new Fields();
            var reader = new Utf8JsonReader(json);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string key = reader.GetString()!;
                reader.Read();
                if (key == "extra_depends" && reader.TokenType == JsonTokenType.StartObject)
                {
                    fields.ReadGroups(ref reader);
                }
                else if (ReadList(ref reader) is { } list)
                {
                    fields._lists[key] = list;
                }
            }

            return fields;
        }

        public string? Text(string key) => _lists.TryGetValue(key, out List<string>? list) && list.Count == 1 ? list[0] : null;

        public List<string> List(string key) => _lists.TryGetValue(key, out List<string>? list) ? list : [];

        public long Number(string key)
        {
            if (Text(key) is not { } text)
            {
                return 0;
            }

            long number = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) ? whole
                : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) && real is > 0 and < 1e18 ? (long)real : 0;
            return key.EndsWith("timestamp", StringComparison.Ordinal) ? RecordHead.Milliseconds(number) : number;
        }

        private static List<string>? ReadList(ref Utf8JsonReader reader)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.String:
                    return [reader.GetString()!];
                case JsonTokenType.Number:
                    return [System.Text.Encoding.UTF8.GetString(reader.ValueSpan)];
                case JsonTokenType.True:
                    return ["true"];
                case JsonTokenType.False:
                    return ["false"];
                case JsonTokenType.StartArray:
                    List<string> list = [];
                    int depth = reader.CurrentDepth;
                    while (reader.Read() && reader.CurrentDepth > depth)
                    {
                        if (reader.TokenType == JsonTokenType.String)
                        {
                            list.Add(reader.GetString()!);
                        }
                    }

                    return list;
                default:
                    reader.Skip();
                    return null;
            }
        }

        private void ReadGroups(ref Utf8JsonReader reader)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string group = reader.GetString()!;
                reader.Read();
                _groups[group] = ReadList(ref reader) ?? [];
            }
        }
    }
}
