using System.Globalization;
using System.Text.RegularExpressions;

namespace Slipway.PyPi.Tags;

/// <summary>Finds the C library of a root file system without running anything of it: by the loader that its programs name, and the texts in the library.</summary>
/// <param name="tree">The files.</param>
public sealed partial class LibCReader(IFileTree tree)
{
    private static readonly string[] s_programs = ["/bin/sh", "/usr/bin/env", "/bin/busybox", "/usr/bin/python3"];

    /// <summary>The library that the usual programs are linked with; null when there are none, or they are linked with none.</summary>
    public async Task<LibC?> ReadAsync(CancellationToken cancellationToken)
    {
        foreach (string program in s_programs.Select(tree.Resolve).OfType<string>())
        {
            await using Stream file = await tree.OpenAsync(program, cancellationToken);
            if (await ElfHeader.TryReadAsync(file, cancellationToken) is { Architecture: { } architecture, Interpreter: { } interpreter }
                && await ReadAsync(interpreter, architecture, cancellationToken) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>The library beside a loader.</summary>
    /// <param name="interpreter">The loader that a program names; null: none.</param>
    /// <param name="architecture">The machine, as the kernel calls it.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<LibC?> ReadAsync(string? interpreter, string architecture, CancellationToken cancellationToken)
    {
        if (interpreter is null || tree.Resolve(interpreter) is not { } loader)
        {
            return null;
        }

        bool isMusl = interpreter.Contains("/ld-musl-", StringComparison.Ordinal); // whose loader is the library
        string[] folders = [loader[..loader.LastIndexOf('/')], $"/lib/{Triplet(architecture)}", "/lib64", "/lib", "/usr/lib"];
        IEnumerable<string> places = isMusl ? [loader] : [.. folders.Select(f => tree.Resolve($"{f}/libc.so.6")).OfType<string>().Distinct(), loader];
        foreach (string place in places)
        {
            await using Stream file = await tree.OpenAsync(place, cancellationToken);
            List<Match> found = await BinaryText.FindAsync(file, isMusl ? "1." : "release version", text => (isMusl ? MuslVersion() : GlibcVersion()).Match(text) is { Success: true } match ? match : null, cancellationToken);
            if (found.Count > 0)
            {
                return new LibC(isMusl ? LibCKind.Musl : LibCKind.Glibc, Number("major"), Number("minor"));
            }

            int Number(string group) => int.Parse(found[0].Groups[group].ValueSpan, CultureInfo.InvariantCulture);
        }

        return null;
    }

    internal static string Triplet(string architecture) => architecture switch
    {
        "i686" => "i386-linux-gnu",
        "armv7l" => "arm-linux-gnueabihf",
        "ppc64le" => "powerpc64le-linux-gnu",
        _ => $"{architecture}-linux-gnu",
    };

    [GeneratedRegex(@"(GNU C Library|ld\.so).* release version (?<major>\d{1,3})\.(?<minor>\d{1,4})")]
    private static partial Regex GlibcVersion();

    [GeneratedRegex(@"^(?<major>1)\.(?<minor>\d{1,3})\.\d{1,3}$")]
    private static partial Regex MuslVersion();
}
