using System.Buffers;
using System.Text.Json;

namespace Slipway.PyPi.Indexes.Pages;

/// <summary>
/// Reads a page of an index in JSON (PEP 691, 700, 714, 792) while it comes: of the bytes only what belongs to one file is held at a time. What a later version of the
/// interface added is passed over.
/// </summary>
internal sealed class JsonPageReader
{
    private const int FirstBuffer = 64 * 1024, LargestValue = 64 << 20, MostFiles = 1_000_000;
    private readonly List<RawFile> _files = [];
    private RawPage _page = new();
    private bool _isInFiles, _isObject;

    /// <exception cref="JsonException">It is not JSON, or is cut off.</exception>
    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">It is JSON of another kind.</exception>
    public static async Task<RawPage> ReadAsync(Stream json, string name, CancellationToken cancellationToken)
    {
        var reader = new JsonPageReader();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            var state = new JsonReaderState(new JsonReaderOptions { MaxDepth = 32 });
            for (int filled = 0; ;)
            {
                int read = await json.ReadAsync(buffer.AsMemory(filled), cancellationToken);
                filled += read;
                int used = reader.Take(buffer.AsSpan(0, filled), read == 0, ref state);
                if (read == 0)
                {
                    break;
                }

                buffer.AsSpan(used, filled - used).CopyTo(buffer);
                filled -= used;
                if (filled == buffer.Length)
                {
                    buffer = filled < LargestValue ? Grown(buffer, filled) : throw IndexProblems.NotAPage(name, "one value in it is too long");
                }

                if (reader._files.Count > MostFiles)
                {
                    throw IndexProblems.NotAPage(name, $"it has more than {MostFiles} files");
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return reader._isObject ? reader._page with { Files = reader._files } : throw IndexProblems.NotAPage(name, "its JSON is no object");
    }

    // Reads whole values only, so that each is understood in one piece; how many bytes they took.
    private int Take(ReadOnlySpan<byte> bytes, bool isFinal, ref JsonReaderState state)
    {
        var reader = new Utf8JsonReader(bytes, isFinal, state);
        Utf8JsonReader before = reader;
        while (TryStep(ref reader))
        {
            before = reader;
        }

        state = before.CurrentState;
        return (int)before.BytesConsumed;
    }

    private bool TryStep(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            return false;
        }

        if (_isInFiles)
        {
            if (reader.TokenType == JsonTokenType.EndArray)
            {
                _isInFiles = false;
                return true;
            }

            return TryWhole(ref reader, static (JsonPageReader self, ref Utf8JsonReader value) => self.TakeFile(ref value));
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject when reader.CurrentDepth == 0:
                _isObject = true;
                return true;
            case JsonTokenType.PropertyName:
                if (reader.ValueTextEquals("files"u8))
                {
                    if (!reader.Read())
                    {
                        return false;
                    }

                    _isInFiles = reader.TokenType == JsonTokenType.StartArray;
                    return _isInFiles || reader.TrySkip();
                }

                return TryProperty(ref reader);
            default:
                return reader.TrySkip();
        }
    }

    private bool TryProperty(ref Utf8JsonReader reader)
    {
        bool isMeta = reader.ValueTextEquals("meta"u8), isStatus = reader.ValueTextEquals("project-status"u8);
        if (!reader.Read())
        {
            return false;
        }

        return isMeta || isStatus ? TryWhole(ref reader, static (JsonPageReader self, ref Utf8JsonReader value) => self.TakeMeta(ref value)) : reader.TrySkip();
    }

    private delegate void Taker(JsonPageReader self, ref Utf8JsonReader value);

    private bool TryWhole(ref Utf8JsonReader reader, Taker take)
    {
        Utf8JsonReader value = reader;
        if (!reader.TrySkip())
        {
            return false;
        }

        if (value.TokenType == JsonTokenType.StartObject)
        {
            take(this, ref value);
        }

        return true;
    }

    private void TakeMeta(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            switch (name)
            {
                case "api-version":
                    _page = _page with { ApiVersion = Text(ref reader) };
                    break;
                case "status":
                    _page = _page with { Status = Text(ref reader) };
                    break;
                case "reason":
                    _page = _page with { StatusReason = Text(ref reader) };
                    break;
                case "project-status" when reader.TokenType == JsonTokenType.StartObject:
                    TakeMeta(ref reader);
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }
    }

    private void TakeFile(ref Utf8JsonReader reader)
    {
        string? name = null, url = null, requires = null, time = null, yanked = null;
        long? size = null;
        IReadOnlyList<(string, string)> hashes = [];
        (bool Has, List<(string, string)> Hashes)? metadata = null, oldMetadata = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string property = reader.GetString()!;
            reader.Read();
            switch (property)
            {
                case "filename":
                    name = Text(ref reader);
                    break;
                case "url":
                    url = Text(ref reader);
                    break;
                case "hashes":
                    hashes = Hashes(ref reader);
                    break;
                case "requires-python":
                    requires = Text(ref reader);
                    break;
                case "size":
                    size = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long bytes) && bytes >= 0 ? bytes : null;
                    reader.TrySkip();
                    break;
                case "upload-time":
                    time = Text(ref reader);
                    break;
                case "yanked":
                    yanked = reader.TokenType == JsonTokenType.True ? "" : Text(ref reader);
                    break;
                case "core-metadata":
                    metadata = Metadata(ref reader);
                    break;
                case "dist-info-metadata" or "data-dist-info-metadata":
                    oldMetadata = Metadata(ref reader);
                    break;
                default:
                    reader.TrySkip();
                    break;
            }
        }

        if (url is { Length: > 0 })
        {
            (bool has, List<(string, string)> digests) = metadata ?? oldMetadata ?? (false, []);
            _files.Add(new RawFile
            {
                FileName = name, Url = url, Hashes = hashes, RequiresPython = requires, Size = size, UploadTime = time, Yanked = yanked, HasMetadata = has, MetadataHashes = digests,
            });
        }
    }

    private static (bool, List<(string, string)>) Metadata(ref Utf8JsonReader reader)
    {
        bool has = reader.TokenType is JsonTokenType.True or JsonTokenType.StartObject;
        return (has, Hashes(ref reader));
    }

    private static List<(string, string)> Hashes(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.TrySkip();
            return [];
        }

        List<(string, string)> hashes = new(1);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string kind = reader.GetString()!;
            reader.Read();
            if (Text(ref reader) is { } hex)
            {
                hashes.Add((kind, hex));
            }
        }

        return hashes;
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        string? text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        reader.TrySkip();
        return text;
    }

    private static byte[] Grown(byte[] buffer, int filled)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
