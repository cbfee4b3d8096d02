using System.CommandLine;
using System.Globalization;
using Slipway.Foundation.Text;
using Slipway.Images.Compression;
using Slipway.Images.Export;

namespace Slipway.Cli.Commands.Images;

/// <summary>How layers are compressed for a registry: <c>--compression</c>, <c>--compression-level</c>, <c>--force-compression</c>, words as BuildKit and podman have them.</summary>
internal sealed class CompressionFlags
{
    private const string Kinds = "gzip, zstd, estargz, uncompressed";

    private readonly Option<string?> _kind = new("--compression") { Description = $"For new layers: {Kinds} (default: gzip)", HelpName = "KIND" };
    private readonly Option<string?> _level = new("--compression-level") { Description = "How hard to compress: 0 to 9 for gzip and estargz, 1 to 22 for zstd (default: 3)", HelpName = "N" };
    private readonly Option<bool> _force = new("--force-compression") { Description = "Compress the layers of base images anew as well" };

    public IEnumerable<Option> All => [_kind, _level, _force];

    public void AddTo(Command command)
    {
        foreach (Option option in All)
        {
            command.Options.Add(option);
        }
    }

    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_kind) is not null || parsed.GetValue(_level) is not null || parsed.GetValue(_force);

    /// <exception cref="UsageException">The kind or level does not exist.</exception>
    public ImageForm Form(ParseResult parsed) => new()
    {
        Compression = Read(parsed.GetValue(_kind) ?? "gzip", parsed.GetValue(_level), "--compression"),
        Force = parsed.GetValue(_force),
    };

    /// <summary>Reads a kind and a level; <paramref name="where"/> says in a message where they stand.</summary>
    /// <exception cref="UsageException">The kind or level does not exist.</exception>
    public static LayerCompression Read(string kind, string? level, string where)
    {
        CompressionKind chosen = kind switch
        {
            "gzip" => CompressionKind.Gzip,
            "zstd" => CompressionKind.Zstd,
            "estargz" => CompressionKind.Estargz,
            "uncompressed" or "none" => CompressionKind.None,
            _ => throw new UsageException(
                "bad-compression", $"{where}: layers cannot be written with the compression '{kind}'",
                Suggestion.Nearest(kind, Kinds.Split(", ")) is { } near ? $"did you mean {near}?" : $"use one of {Kinds}"),
        };
        if (level is null)
        {
            return chosen;
        }

        (int least, _, int most) = LayerCompression.LevelsOf(chosen);
        return int.TryParse(level, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? new LayerCompression(chosen, number)
            : throw new UsageException("bad-compression", $"{where}: {kind} has no level '{level}'", most == 0 ? "leave the level away" : $"use a number from {least} to {most}");
    }
}
