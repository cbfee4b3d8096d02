using System.Text.RegularExpressions;
using Slipway.Conda.Records;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Files;

/// <summary>A text file of packages, one a line (CEP 23): exact files below <c>@EXPLICIT</c>, else match specs.</summary>
public sealed partial record TextSpecFile
{
    private const string Marker = "@EXPLICIT";

    /// <summary>The platform a comment names; null when none does.</summary>
    public string? Platform { get; init; }

    /// <summary>The exact files, in the order to link them; null when the file has match specs.</summary>
    public IReadOnlyList<LockedPackage>? Explicit { get; init; }

    /// <summary>Match specs, when it is not explicit.</summary>
    public IReadOnlyList<WrittenText> Specs { get; init; } = [];

    /// <summary>Whether a text is an explicit list.</summary>
    public static bool IsExplicit(string text) => text.Split('\n').Any(line => line.Trim() == Marker);

    /// <summary>Reads a file.</summary>
    /// <param name="source">The file.</param>
    /// <param name="environment">Gives the variables that addresses may name as <c>$NAME</c> or <c>${NAME}</c>.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static TextSpecFile Read(SourceText source, Func<string, string?> environment, ICollection<Diagnostic> problems)
    {
        bool isExplicit = IsExplicit(source.Text);
        string? platform = null;
        List<LockedPackage> packages = [];
        List<WrittenText> specs = [];
        for (int line = 1; line <= source.LineCount; line++)
        {
            string content = source.Line(line).ToString();
            string trimmed = content.Trim();
            var span = new TextSpan(source.LineStart(line) + content.Length - content.TrimStart().Length, trimmed.Length);
            if (trimmed.StartsWith('#'))
            {
                platform ??= PlatformComment().Match(trimmed) is { Success: true } match ? match.Groups[1].Value : null;
                if (isExplicit && PipComment().Match(trimmed) is { Success: true } pip)
                {
                    packages.Add(OfPip(pip) with { Platform = platform ?? "" });
                }
            }
            else if (trimmed.Length == 0 || trimmed == Marker)
            {
                // Nothing to install.
            }
            else if (isExplicit)
            {
                Package(trimmed, span);
            }
            else
            {
                var spec = new WrittenText(trimmed.Split(" #")[0].TrimEnd(), span);
                specs.Add(spec);
                if (!spec.Text.StartsWith('@'))
                {
                    SpecCheck.Run(spec, source, problems);
                }
            }
        }

        return new TextSpecFile { Platform = platform, Explicit = isExplicit ? packages : null, Specs = specs };

        void Package(string text, TextSpan span)
        {
            try
            {
                packages.Add(Parse(Variable().Replace(text, match => Expand(match.Groups[1].Value + match.Groups[2].Value))) with { Platform = platform ?? "" });
            }
            catch (FormatException e)
            {
                problems.Add(new Diagnostic(
                    Severity.Error, "bad-explicit", e.Message, source, span, "a line of an explicit list is the address of a .conda or .tar.bz2 file, and its md5 or sha256 behind #"));
            }
        }

        string Expand(string name) => environment(name) ?? throw new FormatException($"the variable {name} that the address names is not set");
    }

    /// <summary>A Python package as a line of an explicit list: a comment for conda, which knows no such packages, in the form that conda-lock has for it.</summary>
    public static string PipLine(LockedPackage package) => $"# pip {package.Name} @ {package.Url} --hash={(package.Sha256 is { } sha256 ? "sha256:" + sha256 : "md5:" + package.Md5)}";

    private static LockedPackage OfPip(Match pip)
    {
        string url = pip.Groups["url"].Value, digest = pip.Groups["digest"].Value.ToLowerInvariant();
        string file = Uri.UnescapeDataString(url.Split('#', '?')[0][(url.Split('#', '?')[0].LastIndexOf('/') + 1)..]);
        string stem = file.EndsWith(".tar.gz", StringComparison.Ordinal) ? file[..^".tar.gz".Length] : Path.GetFileNameWithoutExtension(file);
        bool isWheel = file.EndsWith(".whl", StringComparison.Ordinal);
        return new LockedPackage
        {
            Name = pip.Groups["name"].Value,
            Version = isWheel ? stem.Split('-').ElementAtOrDefault(1) ?? "" : stem[(stem.LastIndexOf('-') + 1)..],
            Manager = PackageManager.Pip,
            Url = url,
            Sha256 = pip.Groups["kind"].Value == "sha256" ? digest : null,
            Md5 = pip.Groups["kind"].Value == "md5" ? digest : null,
        };
    }

    private static LockedPackage Parse(string line)
    {
        int hash = line.IndexOf('#');
        string url = hash < 0 ? line : line[..hash], digest = hash < 0 ? "" : line[(hash + 1)..].ToLowerInvariant();
        string file = Uri.UnescapeDataString(url[(url.LastIndexOf('/') + 1)..]);
        if (PackageFileName.ExtensionOf(file) is null || !PackageFileName.TryParse(file, out PackageFileName? parts))
        {
            throw new FormatException($"\"{file}\" is not the name of a package file, name-version-build.conda");
        }

        var package = new LockedPackage { Name = parts.Name, Version = parts.Version, Build = parts.Build, Url = url };
        string plain = digest.StartsWith("sha256:", StringComparison.Ordinal) ? digest[7..] : digest.StartsWith("md5:", StringComparison.Ordinal) ? digest[4..] : digest;
        return hash < 0 ? package
            : !plain.All(char.IsAsciiHexDigit) ? throw new FormatException($"\"{digest}\" is no hash")
            : plain.Length == 64 ? package with { Sha256 = plain }
            : plain.Length == 32 ? package with { Md5 = plain }
            : throw new FormatException($"\"{digest}\" has {plain.Length} digits; an md5 has 32, a sha256 has 64");
    }

    [GeneratedRegex(@"^#\s*pip\s+(?<name>[A-Za-z0-9._-]+)\s+@\s+(?<url>\S+)(\s+--hash=(?<kind>sha256|md5):(?<digest>[0-9A-Fa-f]+))?$")]
    private static partial Regex PipComment();

    [GeneratedRegex(@"^#\s*platform:\s*(\S+)")]
    private static partial Regex PlatformComment();

    [GeneratedRegex(@"\$(?:\{(\w+)\}|(\w+))")]
    private static partial Regex Variable();
}
