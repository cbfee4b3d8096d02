namespace Slipway.PyPi.Versions;

/// <summary>
/// Versions in 64 bits whose integer order is the order of versions: release numbers in 16, 8, 8 and 8 bits, the kind in 3, its number in 21.
/// Most versions fit: epoch 0, at most four numbers, at most one of pre, post and dev, no local label. 0 stands for one that does not fit.
/// </summary>
internal static class PackedVersion
{
    private const int NumberBits = 21;
    private const int SuffixBits = NumberBits + 3;
    private const long MaximumNumber = (1L << NumberBits) - 1;

    private enum Kind : ulong
    {
        Dev = 1,
        Alpha = 2,
        Beta = 3,
        Candidate = 4,
        Final = 5,
        Post = 6,
        AfterPosts = 7,
    }

    /// <summary>The packed form, or 0.</summary>
    public static ulong TryPack(PythonVersion version)
    {
        int suffixes = (version.Pre is null ? 0 : 1) + (version.Post is null ? 0 : 1) + (version.Dev is null ? 0 : 1);
        (Kind kind, long number) = SuffixOf(version);
        return version.Local is null && suffixes <= 1 && number <= MaximumNumber && TryPackRelease(version, out ulong release) ? Compose(release, kind, number) : 0;
    }

    /// <summary>The least packed form that is not below the version, which need not fit itself; 0 when its release does not fit.</summary>
    public static ulong Floor(PythonVersion version)
    {
        if (!TryPackRelease(version, out ulong release))
        {
            return 0;
        }

        // 1.0a1.dev3 lies just below 1.0a1; 1.0a1.post2 and 1.0a1+local just above it.
        (Kind kind, long number) = SuffixOf(version);
        ulong near = Compose(release, kind, Math.Min(number, MaximumNumber + 1));
        bool above = (version.Pre is not null && version.Post is not null) || (version.Local is not null && version.Public.Packed != 0);
        return number <= MaximumNumber && above ? near + 1 : near;
    }

    /// <summary>The least packed form that is above all post-releases of the version's release, or 0 when the release does not fit.</summary>
    public static ulong AfterPosts(PythonVersion version) => TryPackRelease(version, out ulong release) ? Compose(release, Kind.AfterPosts, 0) : 0;

    // A number one too large gives the first form of the next kind.
    private static ulong Compose(ulong release, Kind kind, long number) => (release << SuffixBits) + ((ulong)kind << NumberBits) + (ulong)number;

    private static (Kind Kind, long Number) SuffixOf(PythonVersion version) => version switch
    {
        { Pre: { } pre } => (Kind.Alpha + (ulong)pre.Stage, pre.Number),
        { Post: { } post } => (Kind.Post, post),
        { Dev: { } dev } => (Kind.Dev, dev),
        _ => (Kind.Final, 0),
    };

    private static bool TryPackRelease(PythonVersion version, out ulong release)
    {
        release = 0;
        ReadOnlySpan<long> numbers = version.TrimmedRelease;
        if (version.Epoch != 0 || numbers.Length > 4 || numbers[0] > ushort.MaxValue)
        {
            return false;
        }

        release = (ulong)numbers[0];
        for (int i = 1; i < 4; i++)
        {
            long number = i < numbers.Length ? numbers[i] : 0;
            if (number > byte.MaxValue)
            {
                return false;
            }

            release = release << 8 | (ulong)number;
        }

        return true;
    }
}
