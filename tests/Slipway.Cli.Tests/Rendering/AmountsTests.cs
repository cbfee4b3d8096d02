using Slipway.Cli.Rendering;

namespace Slipway.Cli.Tests.Rendering;

public sealed class AmountsTests
{
    [Theory]
    [InlineData(0, "0B")]
    [InlineData(999, "999B")]
    [InlineData(1000, "1kB")]
    [InlineData(12_345_678, "12.3MB")]
    [InlineData(1_234_567, "1.23MB")]
    [InlineData(123_456_789, "123MB")]
    [InlineData(999_999, "1MB")]
    [InlineData(5_000_000_000, "5GB")]
    public void Bytes_have_three_digits(long bytes, string expected) => Assert.Equal(expected, Amounts.Bytes(bytes));

    [Theory]
    [InlineData(0.04, "0.0s")]
    [InlineData(59.99, "59.9s")]
    [InlineData(125, "2m 05s")]
    [InlineData(3725, "1h 02m 05s")]
    public void Times_get_coarser_as_they_grow(double seconds, string expected) =>
        Assert.Equal(expected, Amounts.Time(TimeSpan.FromSeconds(seconds)));
}
