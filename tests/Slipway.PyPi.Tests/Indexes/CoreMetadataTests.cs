using System.Text;
using Slipway.PyPi.Indexes;

namespace Slipway.PyPi.Tests.Indexes;

public sealed class CoreMetadataTests
{
    [Theory]
    [InlineData("elasticsearch-dsl (>=7.2.0<8.0.0)", "elasticsearch-dsl<8.0.0,>=7.2.0")]
    [InlineData("torch (>=1.9.*)", "torch>=1.9")]
    [InlineData("jupyter-core (>=4.12,!=5.0.*)", "jupyter-core!=5.0.*,>=4.12")]
    [InlineData("pyyaml >= '5.1'", "pyyaml>=5.1")]
    [InlineData("foo >=1.0,", "foo>=1.0")]
    [InlineData("foo (>=1.0,)", "foo>=1.0")]
    [InlineData("foo > = 1.0", "foo>=1.0")]
    [InlineData("foo >=1.0 <2", "foo<2,>=1.0")]
    [InlineData("numpy (>=1.16) ; python_version >= '3.6'", "numpy>=1.16; python_version >= \"3.6\"")]
    public void What_older_tools_let_through_is_understood(string written, string expected) =>
        Assert.Equal(Sorted(expected), Sorted(Read($"Requires-Dist: {written}\n").RequiresDist.Single().ToString()));

    [Theory]
    [InlineData("Requires-Dist: ??\n")]
    [InlineData("Requires-Dist: foo ==\n")]
    [InlineData("Requires-Dist: foo; python_version\n")]
    public void A_requirement_that_cannot_be_understood_spoils_its_version(string more)
    {
        FormatException problem = Assert.Throws<FormatException>(() => Read(more));

        Assert.Contains(more.Split(": ")[1].Trim(), problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Metadata-Version: 2.1\nVersion: 1.0\n")]
    [InlineData("Metadata-Version: 2.1\nName: foo\n")]
    [InlineData("Metadata-Version: 2.1\nName: foo\nVersion: latest\n")]
    [InlineData("Metadata-Version: 2.1\nName: fo o\nVersion: 1.0\n")]
    [InlineData("Name: foo\nVersion: 1.0\n")]
    [InlineData("<html>")]
    [InlineData("")]
    public void What_does_not_say_its_name_and_version_is_refused(string text) => Assert.Throws<FormatException>(() => CoreMetadata.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Lines_may_be_folded_and_end_in_any_way()
    {
        CoreMetadata found = CoreMetadata.Read("\uFEFFmetadata-version: 2.1\r\nNAME:foo\r\nVersion : 1.0\r\nRequires-Dist: bar\r\n  >=1.0 ;\r\n\tpython_version >= '3'\r\nLicense: MIT\r\n\r\nName: not-this\r\n"u8);

        Assert.Equal("foo", found.Project.Value);
        Assert.Equal("bar>=1.0; python_version >= \"3\"", found.RequiresDist.Single().ToString());
        Assert.Equal("MIT", found.License);
    }

    [Fact]
    public void Requires_Python_that_cannot_be_read_is_none() => Assert.Null(Read("Requires-Python: three\n").RequiresPython);

    [Fact]
    public void A_license_expression_comes_before_a_text() => Assert.Equal("MIT OR Apache-2.0", Read("License: see file\nLicense-Expression: MIT OR Apache-2.0\n").License);

    [Fact]
    public async Task A_stream_is_read_no_further_than_the_head()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("Metadata-Version: 2.1\nName: foo\nVersion: 1.0\n\n" + new string('x', 1 << 20)));

        Assert.Equal("foo", (await CoreMetadata.ReadAsync(stream, TestContext.Current.CancellationToken)).Name);
        Assert.InRange(stream.Position, 1, 64 * 1024);
    }

    private static CoreMetadata Read(string more) => CoreMetadata.Read(Encoding.UTF8.GetBytes($"Metadata-Version: 2.1\nName: foo\nVersion: 1.0\n{more}"));

    private static string Sorted(string text) => string.Concat(text.Order());
}
