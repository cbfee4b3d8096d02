using System.Buffers.Binary;
using Slipway.Foundation.Hashing;

namespace Slipway.Foundation.Tests.Hashing;

public sealed class RecordHashTests
{
    [Fact]
    public void The_digest_does_not_depend_on_where_the_buffer_ends()
    {
        using var hash = new RecordHash();
        var all = new MemoryStream();
        byte[] number = new byte[8];
        for (int i = 0; i < 30_000; i++)
        {
            string text = new('ä', i % 97);
            byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
            hash.Append(text);
            BinaryPrimitives.WriteInt64LittleEndian(number, bytes.Length);
            all.Write(number);
            all.Write(bytes);
            hash.Append(i);
            BinaryPrimitives.WriteInt64LittleEndian(number, i);
            all.Write(number);
        }

        Assert.Equal(Digest.Of(all.ToArray()), hash.ToDigest());
    }

    [Fact]
    public void Names_that_differ_in_a_byte_that_is_no_text_differ()
    {
        using var hash = new RecordHash();
        hash.Append("\uDCFE");
        Digest one = hash.ToDigest();
        hash.Append("\uDCFF");
        Assert.NotEqual(one, hash.ToDigest());
    }

    [Fact]
    public void Long_texts_are_taken_too()
    {
        using var hash = new RecordHash();
        hash.Append(new string('x', 100_000));
        Digest one = hash.ToDigest();
        hash.Append(new string('x', 100_001));
        Assert.NotEqual(one, hash.ToDigest());
    }
}
