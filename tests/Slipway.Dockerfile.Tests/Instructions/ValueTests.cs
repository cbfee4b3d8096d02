namespace Slipway.Dockerfile.Tests;

public sealed class ValueTests
{
    [Theory]
    [InlineData("755", 0x180, false, 0x1ED)] // 0755
    [InlineData("04711", 0, false, 0x9C9)]
    [InlineData("u=rwX,go=rX", 0x180, false, 0x1A4)] // 0600 → 0644
    [InlineData("u=rwX,go=rX", 0x1C0, false, 0x1ED)] // 0700 → 0755
    [InlineData("u=rwX,go=rX", 0x180, true, 0x1ED)] // a directory
    [InlineData("+x", 0x1A4, false, 0x1ED)]
    [InlineData("a-w", 0x1B6, false, 0x124)]
    [InlineData("g=u", 0x1A4, false, 0x1B4)] // 0644 → 0664
    [InlineData("u+s,+t", 0x1ED, false, 0xBED)]
    [InlineData("o=", 0x1ED, false, 0x1E8)]
    [InlineData("u+x-w", 0x1A4, false, 0x164)] // 0644 → 0544
    public void Chmod_changes_modes(string spec, int before, bool isDirectory, int after) =>
        Assert.Equal(after, ChmodSpec.Parse(spec).Apply(before, isDirectory));

    [Theory]
    [InlineData("")]
    [InlineData("888")]
    [InlineData("100000")]
    [InlineData("u")]
    [InlineData("u=rw,")]
    [InlineData("x+u=z")]
    public void Chmod_refuses_what_it_does_not_know(string spec) => Assert.Throws<FormatException>(() => ChmodSpec.Parse(spec));

    [Fact]
    public void Chown_names_user_and_group()
    {
        Assert.Equal(new ChownSpec("a", null), ChownSpec.Parse("a"));
        Assert.Equal(new ChownSpec("1", "staff"), ChownSpec.Parse("1:staff"));
        Assert.Throws<FormatException>(() => ChownSpec.Parse("a:b:c"));
        Assert.Throws<FormatException>(() => ChownSpec.Parse(":b"));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1h2m3s", 3_723_000_000_000)]
    [InlineData("-1.5ms", -1_500_000)]
    [InlineData("1us1µs1ns", 2001)]
    public void Durations_are_read(string text, long expected) => Assert.Equal(expected, GoDuration.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("s")]
    [InlineData("1x")]
    [InlineData("1..2s")]
    [InlineData("9999999999999999999999999999999h")]
    public void What_is_no_duration_is_refused(string text) => Assert.Throws<FormatException>(() => GoDuration.Parse(text));

    [Theory]
    [InlineData("9")]
    [InlineData("SIGTERM")]
    [InlineData("sigkill")]
    [InlineData("INT")]
    [InlineData("RTMIN+3")]
    public void Signals_are_read(string text) => Assert.Equal(text, StopSignal.Parse(text));

    [Theory]
    [InlineData("0")]
    [InlineData("65")]
    [InlineData("SIGTREM")]
    public void What_is_no_signal_is_refused(string text) => Assert.Throws<FormatException>(() => StopSignal.Parse(text));

    [Theory]
    [InlineData("64", 64)]
    [InlineData("64m", 64 << 20)]
    [InlineData("1.5KiB", 1536)]
    [InlineData("2 GB", 2L << 30)]
    public void Sizes_are_read(string text, long expected) => Assert.Equal(expected, ByteSize.Parse(text));
}
