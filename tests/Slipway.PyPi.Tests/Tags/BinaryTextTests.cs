using System.Text;
using Slipway.PyPi.Tags;

namespace Slipway.PyPi.Tests.Tags;

public sealed class BinaryTextTests
{
    [Theory]
    [InlineData("\0\u0001abc 3.11.2\0", "abc 3.11.2")]
    [InlineData("3.11.2", "3.11.2")]
    [InlineData("\u00003.11.2\0\0x 3.11.4", "3.11.2|x 3.11.4")]
    [InlineData("\u00003.11.1 3.11.2\0", "3.11.1 3.11.2")]
    [InlineData("nothing\0of the kind 3.12.1", "")]
    public async Task Texts_with_the_part_are_found_whole(string program, string texts) =>
        Assert.Equal(texts, string.Join('|', await FindAsync(Encoding.Latin1.GetBytes(program))));

    [Theory]
    [InlineData(160, true)]
    [InlineData(161, false)]
    [InlineData(400, false)]
    public async Task Longer_texts_are_not_taken(int length, bool isFound) =>
        Assert.Equal(isFound, (await FindAsync(Encoding.ASCII.GetBytes("\0" + new string('x', length - 6) + "3.11.2" + "\0"))).Count == 1);

    [Fact]
    public async Task It_does_not_matter_where_a_piece_that_is_read_ends()
    {
        foreach (int place in Enumerable.Range(256 * 1024 - 30, 50))
        {
            byte[] program = new byte[600 * 1024];
            Encoding.ASCII.GetBytes("Python 3.11.2+").CopyTo(program, place);
            Assert.Equal(["Python 3.11.2+"], await FindAsync(program));
            program.AsSpan(place - 300, 300).Fill((byte)'x');
            Assert.Empty(await FindAsync(program));
        }
    }

    private static Task<List<string>> FindAsync(byte[] program) => BinaryText.FindAsync(new MemoryStream(program), "3.11.", text => text, TestContext.Current.CancellationToken);
}
