using System.Text;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Indexes.Metadata;

/// <summary>Reads the head of core metadata: lines <c>Field: value</c>, those that begin with a space belong to the one before (RFC 822 as the e-mail reader of Python has it).</summary>
internal static class CoreMetadataReader
{
    private const int LargestHead = 16 << 20, LongestLicense = 100;

    public static CoreMetadata Read(ReadOnlySpan<byte> bytes)
    {
        string? metadataVersion = null, name = null, version = null, requiresPython = null, summary = null, license = null, expression = null;
        List<string> requires = [], dynamic = [], extras = [];
        foreach ((string field, string value) in Fields(Encoding.UTF8.GetString(bytes)))
        {
            switch (field)
            {
                case "metadata-version":
                    metadataVersion ??= value;
                    break;
                case "name":
                    name ??= value;
                    break;
                case "version":
                    version ??= value;
                    break;
                case "requires-python":
                    requiresPython ??= value;
                    break;
                case "requires-dist":
                    requires.Add(value);
                    break;
                case "provides-extra":
                    extras.Add(value);
                    break;
                case "dynamic":
                    dynamic.Add(value.ToLowerInvariant());
                    break;
                case "summary":
                    summary ??= value;
                    break;
                case "license":
                    license ??= value;
                    break;
                case "license-expression":
                    expression ??= value;
                    break;
            }
        }

        if (name is null || !ProjectName.TryParse(name, out ProjectName project))
        {
            throw new FormatException(name is null ? "the metadata do not say a name" : $"\"{name}\" is no name of a project");
        }

        if (version is null || !PythonVersion.TryParse(version, out PythonVersion? number))
        {
            throw new FormatException(version is null ? "the metadata do not say a version" : $"\"{version}\" is no version");
        }

        return new CoreMetadata
        {
            MetadataVersion = metadataVersion ?? throw new FormatException("the metadata do not say the version of their form (Metadata-Version)"),
            Name = name,
            Project = project,
            Version = number,
            RequiresDist = [.. requires.Select(OldRequirement.Parse)],
            RequiresPython = requiresPython is { Length: > 0 } && VersionSpecifiers.TryParse(OldRequirement.Repair(requiresPython), out VersionSpecifiers? python) ? python : null,
            ProvidesExtra = [.. extras.Select(e => ExtraName.TryParse(e, out ExtraName extra) ? extra : (ExtraName?)null).OfType<ExtraName>().Distinct()],
            Dynamic = dynamic,
            Summary = summary,
            License = expression ?? (license is { Length: > 0 and <= LongestLicense } ? license : null),
        };
    }

    /// <summary>The bytes before the first empty line: of many kilobytes of description nothing is kept.</summary>
    public static async Task<byte[]> HeadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var all = new MemoryStream();
        byte[] piece = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(piece, cancellationToken)) > 0;)
        {
            int start = (int)Math.Max(all.Length - 3, 0);
            all.Write(piece, 0, read);
            if (EndOfHead(all.GetBuffer().AsSpan(start, (int)all.Length - start)) is var end and >= 0)
            {
                return all.GetBuffer()[..(start + end)];
            }

            if (all.Length > LargestHead)
            {
                throw new FormatException("the metadata have no end");
            }
        }

        return all.ToArray();
    }

    /// <summary>As the other, for bytes that are all there.</summary>
    public static ReadOnlySpan<byte> HeadOf(ReadOnlySpan<byte> bytes) => EndOfHead(bytes) is var end and >= 0 ? bytes[..end] : bytes;

    // Behind the line end of the last field; -1: there is no empty line.
    private static int EndOfHead(ReadOnlySpan<byte> bytes)
    {
        int unix = bytes.IndexOf("\n\n"u8), dos = bytes.IndexOf("\n\r\n"u8);
        return unix < 0 ? (dos < 0 ? -1 : dos + 1) : dos < 0 ? unix + 1 : Math.Min(unix, dos) + 1;
    }

    private static IEnumerable<(string Field, string Value)> Fields(string text)
    {
        string? field = null;
        var value = new StringBuilder();
        foreach (string line in text.TrimStart('\uFEFF').Split('\n'))
        {
            string plain = line.TrimEnd('\r');
            if (plain.Length == 0)
            {
                break;
            }

            if (plain[0] is ' ' or '\t')
            {
                value.Append(' ').Append(plain.Trim());
                continue;
            }

            if (field is not null)
            {
                yield return (field, value.ToString().Trim());
            }

            int colon = plain.IndexOf(':');
            field = colon > 0 ? plain[..colon].Trim().ToLowerInvariant() : null;
            value.Clear().Append(colon > 0 ? plain[(colon + 1)..] : "");
        }

        if (field is not null)
        {
            yield return (field, value.ToString().Trim());
        }
    }
}
