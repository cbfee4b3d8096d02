using System.Buffers.Binary;

namespace Slipway.PyPi.Versions;

/// <summary>
/// Versions as bytes whose order is the order of versions (PEP 440, "Summary of permitted suffixes and relative ordering"), for those that <see cref="PackedVersion"/> cannot hold
/// and for the places between versions that ranges need.
/// </summary>
internal static class VersionKey
{
    private const byte End = 0;
    private const byte More = 1;

    // After a number of the release: a kind of suffix (0 to 4), the place after all post-releases, or another number. So 1.0.0.1 comes after all of 1.0.
    private const byte AfterPostsOfRelease = 8;
    private const byte NextNumber = 9;

    /// <summary>The key of a version.</summary>
    public static byte[] Of(PythonVersion version)
    {
        List<byte> key = [];
        AddRelease(key, version);

        // A development release of a final version comes before its alphas; a final version and its post-releases after its candidates.
        key.Add(version switch
        {
            { Pre: { } pre } => (byte)(1 + (int)pre.Stage),
            { Post: null, Dev: not null } => 0,
            _ => 4,
        });
        AddNumber(key, version.Pre?.Number);
        key.Add(version.Post is null ? End : More);
        AddNumber(key, version.Post);
        key.Add(version.Dev is null ? More : End);
        AddNumber(key, version.Dev);
        AddLocal(key, version.Local);
        return [.. key];
    }

    /// <summary>A key above the final version, its local versions and post-releases, and below everything after those.</summary>
    public static byte[] AfterPosts(PythonVersion version)
    {
        List<byte> key = [];
        AddRelease(key, version);
        key.Add(AfterPostsOfRelease);
        return [.. key];
    }

    /// <summary>A key just above the version, below versions with more segments in the local label.</summary>
    public static byte[] JustAfter(PythonVersion version) => [.. version.Key, End];

    private static void AddRelease(List<byte> key, PythonVersion version)
    {
        AddNumber(key, version.Epoch);
        foreach (long number in version.TrimmedRelease)
        {
            key.Add(NextNumber);
            AddNumber(key, number);
        }
    }

    private static void AddNumber(List<byte> key, long? number)
    {
        if (number is not { } value)
        {
            return;
        }

        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        ReadOnlySpan<byte> significant = bytes.TrimStart((byte)0);
        key.Add((byte)significant.Length);
        key.AddRange(significant);
    }

    private static void AddLocal(List<byte> key, string? local)
    {
        if (local is null)
        {
            key.Add(End);
            return;
        }

        key.Add(More);
        Span<byte> length = stackalloc byte[4];
        foreach (Range range in local.AsSpan().Split('.'))
        {
            ReadOnlySpan<char> segment = local.AsSpan(range);
            bool numeric = !segment.ContainsAnyExceptInRange('0', '9');
            key.Add(numeric ? (byte)2 : (byte)1);
            if (numeric)
            {
                BinaryPrimitives.WriteInt32BigEndian(length, segment.Length); // the normal form has no leading zeros, so the longer number is the larger
                key.AddRange(length);
            }

            foreach (char c in segment)
            {
                key.Add((byte)c);
            }

            key.Add(End);
        }

        key.Add(End);
    }
}
