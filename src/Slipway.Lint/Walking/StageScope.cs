namespace Slipway.Lint;

/// <summary>What a stage has set so far: a light stand-in for the image config a build would hold.</summary>
internal sealed class StageScope
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public StageScope(BaseImageFacts? image)
    {
        foreach (string entry in image?.Environment ?? [])
        {
            int equals = entry.IndexOf('=', StringComparison.Ordinal);
            Environment[equals < 0 ? entry : entry[..equals]] = equals < 0 ? "" : entry[(equals + 1)..];
        }

        Environment.TryAdd("PATH", DefaultPath); // a build gives every stage a PATH
        HasShell = image?.HasShell ?? false;
    }

    /// <summary>The state a stage starts with that is built on another stage.</summary>
    public StageScope(StageScope other)
    {
        Environment = new Dictionary<string, string>(other.Environment, StringComparer.Ordinal);
        Declared = [.. other.Declared];
        HasWorkdir = other.HasWorkdir;
        HasShell = other.HasShell;
    }

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of ARG, also those without a value.</summary>
    public HashSet<string> Declared { get; } = [];

    public bool HasWorkdir { get; set; }

    public bool HasShell { get; set; }

    public string? Lookup(string name) => Environment.GetValueOrDefault(name);
}
