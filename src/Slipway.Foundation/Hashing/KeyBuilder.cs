using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Slipway.Foundation.Hashing;

/// <summary>
/// Builds a digest from named parts without ambiguity: every part is written as length and bytes, so that
/// <c>("ab","c")</c> and <c>("a","bc")</c> differ. The parts are kept, so that two keys can be compared part by part
/// when a person asks why a step was not taken from the cache.
/// </summary>
public sealed class KeyBuilder
{
    private readonly List<KeyPart> _parts = [];

    /// <summary>The parts added so far, in order.</summary>
    public IReadOnlyList<KeyPart> Parts => _parts;

    /// <summary>Adds one named part. A null value differs from an empty one.</summary>
    public KeyBuilder Add(string name, string? value)
    {
        _parts.Add(new KeyPart(name, value));
        return this;
    }

    /// <summary>Adds a list: its parts are named <c>name[0]</c>, <c>name[1]</c>, …</summary>
    public KeyBuilder AddRange(string name, IEnumerable<string> values)
    {
        int index = 0;
        foreach (string value in values)
        {
            Add($"{name}[{index++}]", value);
        }

        return Add(name + ".count", index.ToString());
    }

    /// <summary>The digest of all parts.</summary>
    public Digest ToDigest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (KeyPart part in _parts)
        {
            Append(part.Name, length);
            Append(part.Value, length);
        }

        Span<byte> result = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(result);
        return Digest.FromSha256(result);

        void Append(string? text, Span<byte> lengthBuffer)
        {
            byte[] bytes = text is null ? [] : Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt32LittleEndian(lengthBuffer, text is null ? -1 : bytes.Length);
            hash.AppendData(lengthBuffer);
            hash.AppendData(bytes);
        }
    }
}

/// <summary>One named part of a key.</summary>
public readonly record struct KeyPart(string Name, string? Value);
