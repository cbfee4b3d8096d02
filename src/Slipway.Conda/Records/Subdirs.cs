namespace Slipway.Conda.Records;

/// <summary>The platform folders of a channel (CEP 26).</summary>
public static class Subdirs
{
    /// <summary>The folder of what is for every platform.</summary>
    public const string NoArch = "noarch";

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        NoArch, "linux-32", "linux-64", "linux-aarch64", "linux-armv6l", "linux-armv7l", "linux-ppc64", "linux-ppc64le", "linux-riscv32", "linux-riscv64", "linux-s390x",
        "osx-64", "osx-arm64", "win-32", "win-64", "win-arm64", "emscripten-wasm32", "wasi-wasm32", "zos-z", "freebsd-64", "linux", "osx", "win",
    };

    /// <summary>Whether a text is such a folder; unknown ones of the usual form <c>system-machine</c> do not count, because a channel may be called so.</summary>
    public static bool IsSubdir(string text) => Known.Contains(text);

    /// <summary>Takes a subdir off the end of a channel's name or URL: <c>conda-forge/linux-64</c>; null when there is none.</summary>
    public static (string Channel, string? Subdir) Split(string channel)
    {
        string trimmed = channel.TrimEnd('/');
        int slash = trimmed.LastIndexOf('/');
        return slash > 0 && IsSubdir(trimmed[(slash + 1)..]) ? (trimmed[..slash], trimmed[(slash + 1)..]) : (trimmed, null);
    }
}
