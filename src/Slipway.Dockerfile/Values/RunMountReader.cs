using System.Globalization;

namespace Slipway.Dockerfile;

/// <summary>Reads the options of one <c>--mount</c>, then checks that they fit together.</summary>
internal sealed class RunMountReader(Func<string, string> expand)
{
    private static readonly string[] Keys =
    [
        "type", "from", "source", "target", "readonly", "id", "sharing", "required", "size", "mode", "uid", "gid", "env",
        "src", "dst", "destination", "ro", "rw", "readwrite",
    ];

    private readonly HashSet<string> _given = [];
    private RunMount _mount = new();

    public RunMount Read(string value)
    {
        foreach (string field in RunMount.CheckUnexpanded(value))
        {
            (string key, string? rest) = KeyValue.Cut(field);
            key = Canonical(key.ToLowerInvariant(), field);
            _mount = rest is null ? WithBare(key, field) : With(key, key == "from" ? rest : expand(rest));
            _given.Add(key);
        }

        Check();
        bool readOnly = _given.Contains("readonly") || _given.Contains("readwrite")
            ? _mount.ReadOnly
            : _mount.Kind is not (MountKind.Cache or MountKind.Tmpfs);
        return _mount with { ReadOnly = readOnly };
    }

    private static string Canonical(string key, string field) => key switch
    {
        "src" => "source",
        "dst" or "destination" => "target",
        "ro" => "readonly",
        "rw" => "readwrite",
        _ when Keys.Contains(key) => key,
        _ => throw new FormatException($"unexpected key '{key}' in '{field}'{DidYouMean.Of(key, Keys)}"),
    };

    private RunMount WithBare(string key, string field) => key switch
    {
        "readonly" => _mount with { ReadOnly = true },
        "readwrite" => _mount with { ReadOnly = false },
        "required" => _mount with { Required = true },
        _ => throw new FormatException($"invalid field '{field}' must be a key=value pair"),
    };

    private RunMount With(string key, string value) => key switch
    {
        "type" => _mount with { Kind = Choice<MountKind>("mount type", value) },
        "from" => _mount with { From = NotEmpty(value) },
        "source" => _mount with { Source = NotEmpty(value) },
        "target" => _mount with { Target = NotEmpty(value) },
        "readonly" => _mount with { ReadOnly = KeyValue.Boolean(key, value) },
        "readwrite" => _mount with { ReadOnly = !KeyValue.Boolean(key, value) },
        "required" => _mount with { Required = KeyValue.Boolean(key, value) },
        "id" => _mount with { Id = NotEmpty(value) },
        "env" => _mount with { Env = NotEmpty(value) },
        "sharing" => _mount with { Sharing = Choice<CacheSharing>("sharing value", value) },
        "size" => _mount with { Size = ByteSize.Parse(value) },
        "mode" => _mount with { Mode = Octal(value) },
        "uid" => _mount with { Uid = Number(key, value) },
        _ => _mount with { Gid = Number(key, value) },
    };

    private static string? NotEmpty(string value) => value.Length == 0 ? null : value;

    private static T Choice<T>(string what, string value)
        where T : struct, Enum
    {
        string[] names = [.. Enum.GetNames<T>().Select(n => n.ToLowerInvariant())];
        int index = Array.IndexOf(names, value.ToLowerInvariant());
        return index >= 0
            ? Enum.GetValues<T>()[index]
            : throw new FormatException($"unsupported {what} \"{value}\"{DidYouMean.Of(value, names)}");
    }

    private static int Octal(string value)
    {
        bool isOctal = value.Length is > 0 and <= 7 && value.All(c => c is >= '0' and <= '7');
        return isOctal ? Convert.ToInt32(value, 8) : throw new FormatException($"invalid value {value} for mode");
    }

    private static long Number(string key, string value) =>
        uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
            ? number
            : throw new FormatException($"invalid value {value} for {key}");

    private void Check()
    {
        string kind = _mount.Kind.ToString().ToLowerInvariant();
        Allow("required", _mount.Kind is MountKind.Secret or MountKind.Ssh, kind);
        Allow("size", _mount.Kind is MountKind.Tmpfs, kind);
        Allow("env", _mount.Kind is MountKind.Secret, kind);
        foreach (string key in (ReadOnlySpan<string>)["mode", "uid", "gid"])
        {
            if (_given.Contains(key) && (_mount.Kind is MountKind.Bind or MountKind.Tmpfs))
            {
                throw new FormatException($"{key} not allowed for \"{kind}\" type mounts");
            }
        }

        if (_given.Contains("sharing") && _mount.Kind != MountKind.Cache)
        {
            throw new FormatException($"invalid cache sharing set for {kind} mount");
        }

        if (_mount.Kind == MountKind.Secret)
        {
            CheckSecret();
        }
    }

    private void CheckSecret()
    {
        if (_mount.From is not null)
        {
            throw new FormatException("secret mount should not have a from");
        }

        if (_mount is { Source: null, Target: null, Id: null, Env: null })
        {
            throw new FormatException("invalid secret mount. one of source, target required");
        }

        if (_mount is { Source: not null, Id: not null })
        {
            throw new FormatException("both source and id can't be set");
        }
    }

    private void Allow(string key, bool allowed, string kind)
    {
        if (_given.Contains(key) && !allowed)
        {
            throw new FormatException($"unexpected key '{key}' for mount type '{kind}'");
        }
    }
}
