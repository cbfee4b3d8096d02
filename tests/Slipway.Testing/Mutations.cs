namespace Slipway.Testing;

/// <summary>
/// Random damage to valid input, for tests that nothing makes a reader crash, hang or overreach. The same seed damages the same way:
/// <c>SLIPWAY_FUZZ_SEED</c> (1) starts elsewhere, <c>SLIPWAY_FUZZ</c> (1) multiplies the number of tries.
/// </summary>
public sealed class Mutations(int seed)
{
    private static readonly byte[] s_interesting = [0, 1, 0x20, 0x2E, 0x2F, 0x30, 0x37, 0x39, 0x7F, 0x80, 0xFF];
    private readonly Random _random = new(seed);

    public static int FirstSeed { get; } = int.TryParse(Environment.GetEnvironmentVariable("SLIPWAY_FUZZ_SEED"), out int given) ? given : 1;

    /// <summary>The seeds of so many tries.</summary>
    public static IEnumerable<int> Seeds(int count) =>
        Enumerable.Range(FirstSeed, count * (int.TryParse(Environment.GetEnvironmentVariable("SLIPWAY_FUZZ"), out int times) ? times : 1));

    public Random Random => _random;

    /// <summary>One to six changes: bytes overwritten, pieces cut out, doubled, moved, taken from another input, the end cut off.</summary>
    public byte[] Damage(byte[] input, byte[] other)
    {
        List<byte> bytes = [.. input];
        for (int changes = _random.Next(1, 7); changes > 0 && bytes.Count > 0; changes--)
        {
            int at = _random.Next(bytes.Count), length = Math.Min(_random.Next(1, 40), bytes.Count - at);
            switch (_random.Next(8))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << _random.Next(8));
                    break;
                case 1:
                    bytes[at] = s_interesting[_random.Next(s_interesting.Length)];
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4:
                    List<byte> piece = bytes.GetRange(at, length);
                    bytes.RemoveRange(at, length);
                    bytes.InsertRange(_random.Next(bytes.Count + 1), piece);
                    break;
                case 5 when other.Length > 0:
                    int from = _random.Next(other.Length);
                    bytes.InsertRange(at, other.AsSpan(from, Math.Min(length, other.Length - from)));
                    break;
                case 6:
                    for (int i = at; i < at + length; i++)
                    {
                        bytes[i] = (byte)_random.Next(256);
                    }

                    break;
                case 7 when changes == 1:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
