using System.Text;

namespace Slipway.PyPi.Versions;

/// <summary>
/// A set of versions as intervals, with the algebra of sets. Exact: the bounds of <c>&gt;V</c> and <c>&lt;V</c>, local labels and pre-releases are places on the line of versions,
/// so no rule is left to be applied afterwards. Pre-releases are versions like others here; whether they are wanted is another question.
/// </summary>
public sealed class VersionRanges : IEquatable<VersionRanges>
{
    // In ascending order. Below the first nothing is inside; at each cut inside and outside change.
    private readonly VersionCut[] _cuts;

    private VersionRanges(VersionCut[] cuts) => _cuts = cuts;

    /// <summary>All versions.</summary>
    public static VersionRanges All { get; } = new([VersionCut.Minimum]);

    /// <summary>No version.</summary>
    public static VersionRanges None { get; } = new([]);

    public bool IsEmpty => _cuts.Length == 0;

    public bool IsAll => _cuts.Length == 1 && _cuts[0].CompareTo(VersionCut.Minimum) == 0;

    /// <summary>Whether every version in it is a pre-release; true for the empty set.</summary>
    public bool IsOnlyPrereleases
    {
        get
        {
            for (int i = 0; i < _cuts.Length; i += 2)
            {
                // Above a place that is not before some version (after all post-releases, after a local label) there is always a stable one as near as you like.
                if (i + 1 == _cuts.Length || _cuts[i].FirstStable() is not { } stable || !_cuts[i + 1].IsBelow(stable))
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>The single version this set consists of (with its local labels), or null.</summary>
    public PythonVersion? Single =>
        _cuts.Length == 2 && _cuts[0].BeforeVersion is { Local: null } version && VersionCut.AfterLocals(version).CompareTo(_cuts[1]) == 0 ? version : null;

    /// <summary>Exactly this version, with all its local labels unless it has one itself.</summary>
    public static VersionRanges Exactly(PythonVersion version) =>
        Of([VersionCut.Before(version), version.Local is null ? VersionCut.AfterLocals(version) : VersionCut.JustAfter(version)]);

    public bool Contains(PythonVersion version)
    {
        bool inside = false;
        foreach (VersionCut cut in _cuts)
        {
            if (!cut.IsBelow(version))
            {
                break;
            }

            inside = !inside;
        }

        return inside;
    }

    /// <summary>What is in both.</summary>
    public VersionRanges Intersect(VersionRanges other) => Combine(other, static (left, right) => left && right);

    /// <summary>What is in either.</summary>
    public VersionRanges Union(VersionRanges other) => Combine(other, static (left, right) => left || right);

    /// <summary>What is in this and not in the other.</summary>
    public VersionRanges Except(VersionRanges other) => Combine(other, static (left, right) => left && !right);

    /// <summary>What is not in this.</summary>
    public VersionRanges Complement() => All.Except(this);

    public bool IsSubsetOf(VersionRanges other) => Except(other).IsEmpty;

    public bool IsDisjointFrom(VersionRanges other) => Intersect(other).IsEmpty;

    public bool Equals(VersionRanges? other) => other is not null && _cuts.AsSpan().SequenceEqual(other._cuts, CutComparer.Instance);

    public override bool Equals(object? obj) => Equals(obj as VersionRanges);

    public override int GetHashCode() => _cuts.Length;

    /// <summary>The intervals for a reader of logs: <c>[1.0, 2.0.dev0)</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (int i = 0; i < _cuts.Length; i += 2)
        {
            text.Append(i == 0 ? "" : " ").Append('[').Append(_cuts[i]).Append(", ").Append(i + 1 < _cuts.Length ? _cuts[i + 1].ToString() : "").Append(')');
        }

        return text.ToString();
    }

    internal static VersionRanges Of(VersionCut[] cuts) => new(cuts);

    /// <summary>The versions whose first two numbers, taken as a version, lie in this: what a range of <c>python_version</c> says of <c>python_full_version</c>.</summary>
    internal VersionRanges OfShortVersion()
    {
        List<VersionCut> cuts = [];
        foreach (VersionCut cut in _cuts)
        {
            // The first short version above the place; everything below it is below in full, too.
            PythonVersion near = cut.Near, own = new(near.Epoch, [near.Major, near.Minor], null, null, null, null);
            var first = VersionCut.Before(new PythonVersion(near.Epoch, [near.Major, near.Minor + (cut.IsBelow(own) ? 0 : 1)], null, null, 0, null));
            if (cuts.Count > 0 && cuts[^1].CompareTo(first) == 0)
            {
                cuts.RemoveAt(cuts.Count - 1); // no short version lies between the two
            }
            else
            {
                cuts.Add(first);
            }
        }

        return new VersionRanges([.. cuts]);
    }

    private VersionRanges Combine(VersionRanges other, Func<bool, bool, bool> isInside)
    {
        VersionCut[] left = _cuts, right = other._cuts;
        List<VersionCut> cuts = [];
        int i = 0, j = 0;
        bool inside = false;
        while (i < left.Length || j < right.Length)
        {
            int sign = i == left.Length ? 1 : j == right.Length ? -1 : left[i].CompareTo(right[j]);
            VersionCut next = sign <= 0 ? left[i] : right[j];
            i += sign <= 0 ? 1 : 0;
            j += sign >= 0 ? 1 : 0;
            bool now = isInside((i & 1) != 0, (j & 1) != 0);
            if (now != inside)
            {
                cuts.Add(next);
                inside = now;
            }
        }

        return new VersionRanges([.. cuts]);
    }

    private sealed class CutComparer : IEqualityComparer<VersionCut>
    {
        public static CutComparer Instance { get; } = new();

        public bool Equals(VersionCut? x, VersionCut? y) => x!.CompareTo(y) == 0;

        public int GetHashCode(VersionCut obj) => 0;
    }
}
