using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Slipway.PyPi.Versions;

/// <summary>
/// A version of a Python project (PEP 440). Ordered; versions that differ only in trailing zeros of the release (<c>1.0</c>, <c>1.0.0</c>) are equal and keep what they print.
/// Numbers go up to 2⁶³−1.
/// </summary>
public sealed class PythonVersion : IComparable<PythonVersion>, IEquatable<PythonVersion>
{
    private readonly long[] _release;
    private readonly ulong _packed;
    private byte[]? _key;
    private string? _text;

    internal PythonVersion(long epoch, long[] release, PreRelease? pre, long? post, long? dev, string? local)
    {
        Epoch = epoch;
        _release = release;
        Pre = pre;
        Post = post;
        Dev = dev;
        Local = local;
        _packed = PackedVersion.TryPack(this);
    }

    /// <summary>The number before <c>!</c>; 0 when there is none.</summary>
    public long Epoch { get; }

    /// <summary>The numbers of the release as they were written, trailing zeros included; at least one.</summary>
    public IReadOnlyList<long> Release => _release;

    /// <summary>The first number of the release.</summary>
    public long Major => _release[0];

    /// <summary>The second number of the release; 0 when there is none.</summary>
    public long Minor => _release.Length > 1 ? _release[1] : 0;

    /// <summary>The alpha, beta or release candidate, or null.</summary>
    public PreRelease? Pre { get; }

    /// <summary>The number of the post-release, or null.</summary>
    public long? Post { get; }

    /// <summary>The number of the development release, or null.</summary>
    public long? Dev { get; }

    /// <summary>The local label in normal form, without the plus; null when there is none.</summary>
    public string? Local { get; }

    /// <summary>An alpha, beta, candidate or development release: what is only chosen when asked for.</summary>
    public bool IsPrerelease => Pre is not null || Dev is not null;

    public bool IsPostrelease => Post is not null;

    public bool IsDevelopment => Dev is not null;

    /// <summary>The version without its local label.</summary>
    public PythonVersion Public => Local is null ? this : new PythonVersion(Epoch, _release, Pre, Post, Dev, null);

    /// <summary>Epoch and release only.</summary>
    public PythonVersion Base => Local is null && Pre is null && Post is null && Dev is null ? this : new PythonVersion(Epoch, _release, null, null, null, null);

    /// <summary>The release without the zeros at its end; at least one number.</summary>
    internal ReadOnlySpan<long> TrimmedRelease
    {
        get
        {
            int length = _release.Length;
            while (length > 1 && _release[length - 1] == 0)
            {
                length--;
            }

            return _release.AsSpan(0, length);
        }
    }

    internal long[] ReleaseArray => _release;

    /// <summary>The form whose integer order is the order of versions, or 0 when this version does not fit it.</summary>
    internal ulong Packed => _packed;

    /// <summary>The form whose byte order is the order of versions; made when it is first wanted.</summary>
    internal byte[] Key => _key ??= VersionKey.Of(this);

    public static bool operator ==(PythonVersion? left, PythonVersion? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(PythonVersion? left, PythonVersion? right) => !(left == right);

    public static bool operator <(PythonVersion left, PythonVersion right) => left.CompareTo(right) < 0;

    public static bool operator <=(PythonVersion left, PythonVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >(PythonVersion left, PythonVersion right) => left.CompareTo(right) > 0;

    public static bool operator >=(PythonVersion left, PythonVersion right) => left.CompareTo(right) >= 0;

    /// <summary>Reads a version, in any of the spellings that PEP 440 permits.</summary>
    /// <exception cref="FormatException">It is no version.</exception>
    public static PythonVersion Parse(string text) =>
        TryParse(text, out PythonVersion? version) ? version : throw new FormatException($"\"{text}\" is not a version (PEP 440)");

    /// <summary>Reads a version; white space around it does not matter.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PythonVersion? version)
    {
        version = text is null ? null : VersionReader.Read(text.AsSpan().Trim());
        return version is not null;
    }

    /// <inheritdoc cref="TryParse(string?, out PythonVersion?)"/>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out PythonVersion? version)
    {
        version = VersionReader.Read(text.Trim());
        return version is not null;
    }

    /// <inheritdoc/>
    public int CompareTo(PythonVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        return _packed != 0 && other._packed != 0 ? _packed.CompareTo(other._packed) : Key.AsSpan().SequenceCompareTo(other.Key);
    }

    /// <inheritdoc/>
    public bool Equals(PythonVersion? other) =>
        other is not null && _packed == other._packed && (_packed != 0 || Key.AsSpan().SequenceEqual(other.Key));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PythonVersion);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (_packed != 0)
        {
            return _packed.GetHashCode();
        }

        var hash = default(HashCode);
        hash.AddBytes(Key);
        return hash.ToHashCode();
    }

    /// <summary>The normal form, with the zeros of the release as they were written.</summary>
    public override string ToString() => _text ??= Write(_release);

    /// <summary>The normal form without zeros at the end of the release: equal versions give the same text.</summary>
    public string ToTrimmedString() => Write(TrimmedRelease);

    private string Write(ReadOnlySpan<long> release)
    {
        var text = new StringBuilder();
        if (Epoch != 0)
        {
            text.Append(Epoch).Append('!');
        }

        for (int i = 0; i < release.Length; i++)
        {
            text.Append(i == 0 ? "" : ".").Append(release[i]);
        }

        if (Pre is { } pre)
        {
            text.Append(pre.Letter).Append(pre.Number);
        }

        if (Post is { } post)
        {
            text.Append(".post").Append(post);
        }

        if (Dev is { } dev)
        {
            text.Append(".dev").Append(dev);
        }

        if (Local is not null)
        {
            text.Append('+').Append(Local);
        }

        return text.ToString();
    }
}
