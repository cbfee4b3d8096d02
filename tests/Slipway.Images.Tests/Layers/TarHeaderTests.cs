using System.Text;
using Slipway.Images.Layers;
using static Slipway.Images.Tests.Entries;

namespace Slipway.Images.Tests.Layers;

public sealed class TarHeaderTests
{
    private const long Time = LayerWriterOptions.DefaultTimestamp;

    [Fact]
    public void A_small_file_has_a_plain_ustar_header()
    {
        string header = Format(File("usr/bin/tool", 0x1ED) with { Uid = 1000, Gid = 100, Size = 5 });
        string expected = Field("usr/bin/tool", 100) + "0000755\0" + "0001750\0" + "0000144\0" + "00000000005\0" + "02263773600\0" + Sum(header) + "0"
            + Field("", 100) + "ustar\0" + "00" + Field("", 32) + Field("", 32) + "0000000\0" + "0000000\0" + Field("", 155) + Field("", 12);
        Assert.Equal(expected, header);
    }

    [Fact]
    public void A_directory_ends_in_a_slash_and_an_opaque_one_is_followed_by_its_mark()
    {
        string headers = Format(Directory("etc") with { IsOpaque = true });
        Assert.Equal(1024, headers.Length);
        Assert.StartsWith("etc/\0", headers, StringComparison.Ordinal);
        Assert.StartsWith("etc/.wh..wh..opq\0", headers[512..], StringComparison.Ordinal);
    }

    [Fact]
    public void A_whiteout_is_an_empty_file_beside_the_hidden_path() =>
        Assert.StartsWith("etc/.wh.gone\0", Format(Whiteout("etc/gone")), StringComparison.Ordinal);

    [Fact]
    public void A_long_name_is_split_at_a_slash_if_both_parts_fit()
    {
        string header = Format(File($"{new string('a', 150)}/{new string('b', 100)}"));
        Assert.Equal(512, header.Length);
        Assert.Equal(new string('b', 100), header[..100]);
        Assert.Equal(new string('a', 150) + "\0\0\0\0\0", header[345..500]);
    }

    [Fact]
    public void What_does_not_fit_goes_into_a_pax_header_of_a_fixed_name()
    {
        string headers = Format(File("ä"));
        Assert.Equal(512 * 3, headers.Length);
        Assert.StartsWith("PaxHeader\0", headers, StringComparison.Ordinal);
        Assert.Equal('x', headers[156]);
        string body = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(headers[512..1024])).TrimEnd('\0');
        Assert.Equal("11 path=ä\n", body);
    }

    [Fact]
    public void Large_numbers_and_attributes_are_sorted_pax_records()
    {
        LayerEntry entry = File("f") with
        {
            Size = 1L << 33,
            Uid = 3_000_000,
            Xattrs = new Dictionary<string, ReadOnlyMemory<byte>> { ["user.b"] = "2"u8.ToArray(), ["user.a"] = "1"u8.ToArray() },
        };
        string body = Format(entry)[512..1024].TrimEnd('\0');
        Assert.Equal("25 SCHILY.xattr.user.a=1\n25 SCHILY.xattr.user.b=2\n19 size=8589934592\n15 uid=3000000\n", body);
    }

    private static string Format(LayerEntry entry) => Encoding.Latin1.GetString(new TarHeaderWriter(Time).Format(entry));

    private static string Field(string text, int length) => text.PadRight(length, '\0');

    private static string Sum(string header)
    {
        int sum = header.Where((_, i) => i is < 148 or >= 156).Sum(c => c) + (8 * ' ');
        return Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ";
    }
}
