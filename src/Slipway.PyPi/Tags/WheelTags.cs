using System.Globalization;

namespace Slipway.PyPi.Tags;

/// <summary>
/// The tags of wheels (PEP 425) that a CPython 3 can use, the best first: its own ABI, the stable one of it and all versions before, then pure Python;
/// for each the platforms from the target's C library downwards. They are never listed to be searched: a tag's place follows from the places of its parts.
/// </summary>
public sealed class WheelTags
{
    private const int FirstStableMinor = 2;
    private readonly (string Python, string Abi)[] _native, _pure;
    private readonly IReadOnlyList<string> _platforms;
    private readonly Dictionary<string, int> _nativePlaces, _purePlaces, _platformPlaces;

    /// <param name="minor">11 for Python 3.11.</param>
    /// <param name="isFreeThreaded">Whether it is the build without the global lock (PEP 703), which has an ABI of its own.</param>
    /// <param name="libC">The target's C library.</param>
    /// <param name="architecture">The machine as the kernel calls it: <c>x86_64</c>, <c>aarch64</c>.</param>
    public WheelTags(int minor, bool isFreeThreaded, LibC libC, string architecture)
    {
        string own = Numbered("cp3", minor), threads = isFreeThreaded ? "t" : "", stable = "abi3" + threads;
        string[] python = [Numbered("py3", minor), "py3", .. Enumerable.Range(0, minor).Reverse().Select(m => Numbered("py3", m))];
        _native =
        [
            (own, own + threads), (own, stable), (own, "none"),
            .. Enumerable.Range(FirstStableMinor, Math.Max(minor - FirstStableMinor, 0)).Reverse().Select(m => (Numbered("cp3", m), stable)),
            .. python.Select(p => (p, "none")),
        ];
        _pure = [(own, "none"), .. python.Select(p => (p, "none"))];
        _platforms = PlatformTags.Of(libC, architecture);
        _nativePlaces = Places(_native.Select(Joined));
        _purePlaces = Places(_pure.Select(Joined));
        _platformPlaces = Places(_platforms);
    }

    /// <summary>How many there are.</summary>
    public int Count => (_native.Length * _platforms.Count) + _pure.Length;

    /// <summary>The platforms, best first.</summary>
    public IReadOnlyList<string> Platforms => _platforms;

    /// <summary>All of them, best first: <c>cp311-cp311-manylinux_2_36_x86_64</c>.</summary>
    public IEnumerable<string> All() =>
        _native.SelectMany(pair => _platforms.Select(platform => $"{pair.Python}-{pair.Abi}-{platform}")).Concat(_pure.Select(pair => $"{pair.Python}-{pair.Abi}-any"));

    /// <summary>The place of the best of a wheel's tags, 0 being the best of all; null when the target can use none of them.</summary>
    public int? RankOf(WheelFileName wheel) => RankOf(wheel.PythonTag, wheel.AbiTag, wheel.PlatformTag);

    /// <summary>As the other, for the three parts as they are written, with dots between alternatives.</summary>
    internal int? RankOf(ReadOnlySpan<char> pythons, ReadOnlySpan<char> abis, ReadOnlySpan<char> platforms)
    {
        (int native, int pure) = Best(pythons, abis);
        int best = int.MaxValue;
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> places = _platformPlaces.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (Range part in platforms.Split('.'))
        {
            ReadOnlySpan<char> platform = platforms[part];
            if (native != int.MaxValue && places.TryGetValue(platform, out int place))
            {
                best = Math.Min(best, (native * _platforms.Count) + place);
            }
            else if (pure != int.MaxValue && platform.SequenceEqual("any"))
            {
                best = Math.Min(best, (_native.Length * _platforms.Count) + pure);
            }
        }

        return best == int.MaxValue ? null : best;
    }

    // The best of the products of both, among the tags with a platform and among those for any.
    private (int Native, int Pure) Best(ReadOnlySpan<char> pythons, ReadOnlySpan<char> abis)
    {
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> native = _nativePlaces.GetAlternateLookup<ReadOnlySpan<char>>(), pure = _purePlaces.GetAlternateLookup<ReadOnlySpan<char>>();
        int bestNative = int.MaxValue, bestPure = int.MaxValue;
        Span<char> joined = stackalloc char[32];
        foreach (Range pythonPart in pythons.Split('.'))
        {
            foreach (Range abiPart in abis.Split('.'))
            {
                ReadOnlySpan<char> python = pythons[pythonPart], abi = abis[abiPart];
                if (python.Length + abi.Length + 1 > joined.Length)
                {
                    continue; // longer than any that is known
                }

                python.CopyTo(joined);
                joined[python.Length] = '-';
                abi.CopyTo(joined[(python.Length + 1)..]);
                ReadOnlySpan<char> pair = joined[..(python.Length + 1 + abi.Length)];
                bestNative = native.TryGetValue(pair, out int place) ? Math.Min(bestNative, place) : bestNative;
                bestPure = pure.TryGetValue(pair, out place) ? Math.Min(bestPure, place) : bestPure;
            }
        }

        return (bestNative, bestPure);
    }

    private static string Numbered(string prefix, int minor) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{minor}");

    private static string Joined((string Python, string Abi) pair) => $"{pair.Python}-{pair.Abi}";

    private static Dictionary<string, int> Places(IEnumerable<string> tags) => tags.Index().ToDictionary(t => t.Item, t => t.Index, StringComparer.Ordinal);
}
