using System.Text;
using System.Text.Json;
using Slipway.Conda.Linking;
using Slipway.Foundation.Files;
using Slipway.Foundation.Text;
using Slipway.Testing;

namespace Slipway.Conda.Tests.Linking;

public sealed class RelocationTests
{
    private const string Placeholder = "/opt/anaconda1anaconda2anaconda3";

    public static TheoryData<string> Cases() => [.. Conformance.Rows("conda/link/relocation.jsonl").Select(row => row.GetProperty("id").GetString()!)];

    [ConformanceTheory]
    [MemberData(nameof(Cases))]
    public void A_file_is_relocated_as_other_programs_do_it(string id)
    {
        JsonElement row = Conformance.Rows("conda/link/relocation.jsonl").Single(candidate => candidate.GetProperty("id").GetString() == id);
        RelocationMode mode = row.GetProperty("mode").GetString() == "text" ? RelocationMode.Text : RelocationMode.Binary;
        string placeholder = row.GetProperty("placeholder").GetString()!, prefix = row.GetProperty("prefix").GetString()!;
        byte[] input = row.GetProperty("input").GetBytesFromBase64();
        if (row.TryGetProperty("error", out JsonElement error))
        {
            var refused = Assert.Throws<DiagnosticException>(() => Relocation.Create(mode, placeholder, prefix, "file"));
            Assert.Equal(error.GetString(), refused.Diagnostics[0].Code);
            return;
        }

        byte[] expected = row.GetProperty("expected").GetBytesFromBase64();
        Relocation relocation = Relocation.Create(mode, placeholder, prefix, "file");
        foreach (int step in (int[])[1, 7, 64, 100_000])
        {
            Assert.Equal(Encoding.Latin1.GetString(expected), Encoding.Latin1.GetString(Relocate(relocation, input, step)));
        }
    }

    [Theory]
    [InlineData(RelocationMode.Text)]
    [InlineData(RelocationMode.Binary)]
    public void Where_the_window_ends_makes_no_difference(RelocationMode mode)
    {
        // Placeholders at all distances from the window's end, and texts that go over it.
        var random = new Random(1);
        byte[] input = new byte[700_000];
        random.NextBytes(input);
        for (int at = 1; at < input.Length - 3000; at += random.Next(40, 3000))
        {
            Encoding.ASCII.GetBytes(Placeholder).CopyTo(input, at);
        }

        for (int at = 262_144 - 40; at < 262_144 + 40; at++)
        {
            input[at] = (byte)'x';
        }

        Encoding.ASCII.GetBytes(Placeholder).CopyTo(input, 262_144 - 9);
        Relocation relocation = Relocation.Create(mode, Placeholder, "/srv/e", "file");
        byte[] expected = mode == RelocationMode.Text ? Simple(input, "/srv/e", pad: false) : Simple(input, "/srv/e", pad: true);
        Assert.Equal(expected, Relocate(relocation, input, 100_000));
        Assert.Equal(expected, Relocate(relocation, input, 333));
    }

    [Fact]
    public void A_binary_file_keeps_its_length_whatever_it_holds()
    {
        foreach (int seed in Enumerable.Range(1, 200))
        {
            var random = new Random(seed);
            byte[] input = [.. Enumerable.Range(0, random.Next(1, 300)).SelectMany(_ => random.Next(4) switch
            {
                0 => Encoding.ASCII.GetBytes(Placeholder),
                1 => [0],
                2 => Encoding.ASCII.GetBytes(Placeholder[..random.Next(Placeholder.Length)]),
                _ => (byte[])[(byte)random.Next(256)],
            })];
            byte[] output = Relocate(Relocation.Create(RelocationMode.Binary, Placeholder, "/e", "file"), input, random.Next(1, 50));
            Assert.Equal(input.Length, output.Length);
            Assert.Equal(Simple(input, "/e", pad: true), output);
        }
    }

    // The rule as one would write it down, on the whole file.
    private static byte[] Simple(byte[] input, string prefix, bool pad)
    {
        string text = Encoding.Latin1.GetString(input);
        if (!pad)
        {
            return Encoding.Latin1.GetBytes(text.Replace(Placeholder, prefix, StringComparison.Ordinal));
        }

        return Encoding.Latin1.GetBytes(string.Join('\0', text.Split('\0').Select(part => part.Replace(Placeholder, prefix, StringComparison.Ordinal).PadRight(part.Length, '\0'))));
    }

    private static byte[] Relocate(Relocation relocation, byte[] input, int step)
    {
        using Stream stream = relocation.Open(new Trickle(input, step));
        using var output = new MemoryStream();
        stream.CopyTo(output, Math.Max(1, step));
        return output.ToArray();
    }

    // Gives few bytes at a time, as the network does.
    private sealed class Trickle(byte[] bytes, int step) : ForwardStream
    {
        private int _at;

        public override int Read(Span<byte> buffer)
        {
            int count = Math.Min(Math.Min(step, buffer.Length), bytes.Length - _at);
            bytes.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }
    }
}
