namespace Slipway.PyPi.Versions;

/// <summary>
/// A place between versions. All bounds of PEP 440 are such places: just before a version (<c>&gt;=V</c>, <c>&lt;V</c>), after a version with all its local labels, or after all
/// post-releases of a version (<c>&gt;V</c>). Where a place has a name as "just before" some version it is always given that name, so equal places are equal:
/// nothing lies between <c>1.0.dev3+local</c> and <c>1.0.dev4</c>, nor between <c>1.0+local</c> and <c>1.0.post0.dev0</c>.
/// </summary>
internal sealed class VersionCut : IComparable<VersionCut>
{
    private readonly byte[] _key;
    private readonly ulong _floor;
    private readonly string _text;

    private VersionCut(byte[] key, ulong floor, PythonVersion near, bool isBefore, string text)
    {
        _key = key;
        _floor = floor;
        Near = near;
        BeforeVersion = isBefore ? near : null;
        _text = text;
    }

    /// <summary>The version that names this place: the one just above it, or the one whose followers it stands behind.</summary>
    public PythonVersion Near { get; }

    /// <summary>The place below all versions.</summary>
    public static VersionCut Minimum { get; } = Before(new PythonVersion(0, [0], null, null, 0, null));

    /// <summary>The version just above this place; null where there is no such version (after post-releases, after a local label).</summary>
    public PythonVersion? BeforeVersion { get; }

    /// <summary>Just before a version.</summary>
    public static VersionCut Before(PythonVersion version) => new(version.Key, PackedVersion.Floor(version), version, true, version.ToString());

    /// <summary>After the version and all its local labels; the version itself has none.</summary>
    public static VersionCut AfterLocals(PythonVersion version) => Before(version switch
    {
        { Dev: { } dev } => new PythonVersion(version.Epoch, version.ReleaseArray, version.Pre, version.Post, dev + 1, null),
        { Post: { } post } => new PythonVersion(version.Epoch, version.ReleaseArray, version.Pre, post + 1, 0, null),
        _ => new PythonVersion(version.Epoch, version.ReleaseArray, version.Pre, 0, 0, null),
    });

    /// <summary>After exactly this version, which has a local label.</summary>
    public static VersionCut JustAfter(PythonVersion version) => new(VersionKey.JustAfter(version), PackedVersion.Floor(version), version, false, version + "…");

    /// <summary>After all post-releases of a version that is neither a post- nor a development release.</summary>
    public static VersionCut AfterPosts(PythonVersion version) => version.Pre is { } pre
        ? Before(new PythonVersion(version.Epoch, version.ReleaseArray, pre with { Number = pre.Number + 1 }, null, 0, null))
        : new VersionCut(VersionKey.AfterPosts(version), PackedVersion.AfterPosts(version), version, false, version + ".post…");

    /// <summary>Whether the version lies above this place.</summary>
    public bool IsBelow(PythonVersion version) =>
        _floor != 0 && version.Packed != 0 ? version.Packed >= _floor : version.Key.AsSpan().SequenceCompareTo(_key) >= 0;

    public int CompareTo(VersionCut? other) => other is null ? 1 : _key.AsSpan().SequenceCompareTo(other._key);

    /// <summary>The least stable version above this place; null when there is none that is least.</summary>
    public PythonVersion? FirstStable() => BeforeVersion is not { } version ? null
        : !version.IsPrerelease ? version
        : new PythonVersion(version.Epoch, version.ReleaseArray, null, version.Pre is null ? version.Post : null, null, null);

    public override string ToString() => _text;
}
