using System.Text;
using System.Text.Json;
using Slipway.Conda.Records;

namespace Slipway.Conda.Channels.Repodata;

/// <summary>
/// Goes once over the JSON of a channel's folder (CEP 36, 48), in pieces as they arrive, and notes for each package name where its records lie.
/// Nothing of the records is kept; a file of hundreds of megabytes needs a few.
/// </summary>
internal sealed class RepodataIndexer
{
    private const int LargestToken = 64 << 20;

    private readonly Utf8Table _names = new();
    private readonly List<(int Name, RecordEntry Entry)> _entries = [];
    private JsonReaderState _state;
    private byte[] _rest = [];
    private long _offset;             // of the first byte of the piece being read
    private int _section;             // what the key at depth 1 was
    private int _ending;              // of keys in the section
    private Property _property;
    private RecordEntry _entry;
    private long _keyStart;
    private int _name = -1;
    private bool _inRelations;        // of info
    private byte[] _key = new byte[256]; // the current key's first bytes

    private enum Property
    {
        Other,
        Name,
        Subdir,
        BaseUrl,
        Base,
        Overrides,
    }

    private const int Info = 1, Packages = 2, V3 = 3, V3Packages = 4;

    /// <summary>What <c>info.subdir</c> says.</summary>
    public string? Subdir { get; private set; }

    /// <summary>What <c>info.base_url</c> says (CEP 15).</summary>
    public string? BaseUrl { get; private set; }

    /// <summary>What <c>info.channel_relations</c> says (CEP 42).</summary>
    public ChannelRelations Relations { get; private set; } = ChannelRelations.None;

    /// <summary>Reads the next piece.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public void Feed(ReadOnlySpan<byte> piece)
    {
        if (_rest.Length > 0)
        {
            byte[] joined = new byte[_rest.Length + piece.Length];
            _rest.CopyTo(joined, 0);
            piece.CopyTo(joined.AsSpan(_rest.Length));
            Read(joined, last: false);
        }
        else
        {
            Read(piece, last: false);
        }
    }

    /// <summary>Everything has been read.</summary>
    /// <exception cref="JsonException">The file is cut short.</exception>
    public RepodataIndex Finish()
    {
        if (_offset > 0 || _rest.Length > 0)
        {
            Read(_rest, last: true); // an empty file is an empty channel (CEP 36)
        }

        return RepodataIndex.Make(_names, _entries, Subdir, BaseUrl, Relations);
    }

    private void Read(ReadOnlySpan<byte> piece, bool last)
    {
        var reader = new Utf8JsonReader(piece, last, _state);
        while (reader.Read())
        {
            Take(ref reader);
        }

        _state = reader.CurrentState;
        int consumed = (int)reader.BytesConsumed;
        _rest = piece[consumed..].ToArray();
        _offset += consumed;
        if (_rest.Length > LargestToken)
        {
            throw new JsonException($"a text of more than {LargestToken} bytes");
        }
    }

    private void Take(ref Utf8JsonReader reader)
    {
        int recordDepth = _section switch { Packages => 2, V3Packages => 3, _ => int.MaxValue };
        int depth = reader.CurrentDepth;
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName when depth == 1:
                _section = reader.ValueTextEquals("info"u8) ? Info
                    : reader.ValueTextEquals("packages"u8) || reader.ValueTextEquals("packages.conda"u8) ? Packages
                    : reader.ValueTextEquals("v3"u8) ? V3 : 0;
                _ending = 0;
                break;
            case JsonTokenType.PropertyName when depth == 2 && _section is V3 or V3Packages:
                _ending = reader.ValueTextEquals("conda"u8) ? 1 : reader.ValueTextEquals("tar.bz2"u8) ? 2 : 0;
                _section = _ending == 0 ? V3 : V3Packages; // kinds of files that are not known cannot be installed
                break;
            case JsonTokenType.PropertyName when depth == 2 && _section == Info:
                _property = reader.ValueTextEquals("subdir"u8) ? Property.Subdir : reader.ValueTextEquals("base_url"u8) ? Property.BaseUrl : Property.Other;
                _inRelations = reader.ValueTextEquals("channel_relations"u8);
                break;
            case JsonTokenType.PropertyName when depth == 3 && _section == Info && _inRelations:
                _property = reader.ValueTextEquals("base"u8) ? Property.Base : reader.ValueTextEquals("overrides"u8) ? Property.Overrides : Property.Other;
                break;
            case JsonTokenType.PropertyName when depth == recordDepth:
                _keyStart = _offset + reader.TokenStartIndex + 1;
                _entry = new RecordEntry { KeyLength = reader.ValueSpan.Length, Ending = _ending };
                _name = -1;
                CopyKey(reader.ValueSpan);
                break;
            case JsonTokenType.PropertyName when depth == recordDepth + 1:
                _property = reader.ValueTextEquals("name"u8) ? Property.Name : Property.Other;
                break;
            case JsonTokenType.StartObject when depth == recordDepth:
                _entry.Start = _offset + reader.TokenStartIndex;
                _entry.KeyDistance = (int)(_entry.Start - _keyStart);
                break;
            case JsonTokenType.EndObject when depth == recordDepth:
                EndRecord(_offset + reader.TokenStartIndex + 1);
                break;
            case JsonTokenType.String when _property == Property.Name && depth == recordDepth + 1:
                _name = reader.ValueIsEscaped ? _names.Add(Encoding.UTF8.GetBytes(reader.GetString()!)) : _names.Add(reader.ValueSpan);
                _property = Property.Other;
                break;
            case JsonTokenType.String when _section == Info && depth == 2:
                (Subdir, BaseUrl) = _property switch
                {
                    Property.Subdir => (reader.GetString(), BaseUrl),
                    Property.BaseUrl => (Subdir, reader.GetString()),
                    _ => (Subdir, BaseUrl),
                };
                _property = Property.Other;
                break;
            case JsonTokenType.String when _section == Info && depth == 3 && _inRelations:
                TakeRelation(reader.GetString()!);
                _property = Property.Other;
                break;
        }
    }

    // Anything but a text as a relation is no relation.
    private void TakeRelation(string text) => Relations = _property switch
    {
        Property.Base => Relations with { Base = text },
        Property.Overrides => Relations with { Overrides = text },
        _ => Relations,
    };

    private void CopyKey(ReadOnlySpan<byte> key)
    {
        if (key.Length > _key.Length)
        {
            _key = new byte[key.Length];
        }

        key.CopyTo(_key);
    }

    private void EndRecord(long end)
    {
        if (_name < 0)
        {
            string key = Encoding.UTF8.GetString(_key.AsSpan(0, _entry.KeyLength));
            if (!PackageFileName.TryParse(_ending == 0 ? key : key + ".conda", out PackageFileName? parts))
            {
                return; // neither a name nor a file name that has one: nobody could ask for it
            }

            _name = _names.Add(Encoding.UTF8.GetBytes(parts.Name));
        }

        _entry.Length = checked((int)(end - _entry.Start));
        _entries.Add((_name, _entry));
    }
}
