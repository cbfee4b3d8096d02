using System.Text.RegularExpressions;
using Slipway.Foundation.Text;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Files;

/// <summary>
/// Reads one requirement in pip's language, which is wider than PEP 508: besides <c>name[extra]>=1; marker</c> it knows addresses, folders and archives without a name.
/// </summary>
/// <param name="files">Tells folders and files from names.</param>
/// <param name="problems">Takes what is wrong.</param>
internal sealed partial class RequirementReader(IProjectFiles files, ICollection<Diagnostic> problems)
{
    private static readonly string[] s_archives = [".zip", ".whl", ".tar.bz2", ".tbz", ".tar.gz", ".tgz", ".tar", ".tar.xz", ".txz", ".tlz", ".tar.lz", ".tar.lzma"];

    private static readonly string[] s_systems = ["git", "hg", "svn", "bzr"];

    private const string Example = "a requirement is for example requests, \"requests>=2.31,<3\", \"requests[socks]==2.31.0\" or \"name @ https://…\"";

    /// <summary>Reads a requirement; null, with a diagnostic, when it is none.</summary>
    /// <param name="text">The requirement without options.</param>
    /// <param name="source">The file as diagnostics show it.</param>
    /// <param name="line">The line it begins in.</param>
    public WrittenRequirement? Read(TracedText text, SourceText source, int line)
    {
        string separator = IsUrl(text.Text) ? "; " : ";";
        int at = text.Text.IndexOf(separator, StringComparison.Ordinal);
        TracedText what = text.Slice(0, at < 0 ? text.Text.Length : at);
        var written = new WrittenRequirement { Source = source, Span = text.Span, Line = line, Text = text.Text };
        if (at >= 0 && text.Slice(at + separator.Length, text.Text.Length) is { Text.Length: > 0 } condition)
        {
            if (!Marker.TryParse(condition.Text, out Marker? marker, out RequirementSyntaxException? problem))
            {
                Report("bad-marker", $"the condition \"{condition.Text}\" cannot be read: {problem.Message}", source, condition.SpanOf(problem.Position, 1), "a condition is for example python_version < \"3.12\" and sys_platform == \"linux\"");
                return null;
            }

            written = written with { Marker = marker };
        }

        return IsUrl(what.Text) ? Address(what.Text, written)
            : Local(what, source) is { } local ? local.Path is null ? null : Named(written with { Path = local.Path, Extras = local.Extras }, ProjectPathName(local.Path))
            : ByName(what, written, source);
    }

    /// <summary>Reads the value of <c>-e</c>: a folder or an address of a version control system.</summary>
    public WrittenRequirement? ReadEditable(WrittenText value, SourceText source, int line)
    {
        var written = new WrittenRequirement { Source = source, Span = value.Span, Line = line, Text = value.Text, IsEditable = true };
        TracedText text = TracedText.Of(value.Text, value.Span);
        (string plain, string? extras) = Extras(value.Text);
        bool isFile = plain.StartsWith("file:", StringComparison.OrdinalIgnoreCase);
        if (isFile || files.IsFolder(ProjectPath.Join("", plain)))
        {
            string path = ProjectPath.Join("", isFile ? PathOf(plain) : plain);
            return ExtraNames(extras, text, source) is { } names && (isFile || IsProject(path, plain, source, value.Span))
                ? Named(written with { Path = path, Extras = names }, isFile ? FragmentName(plain) : null)
                : null;
        }

        if (Requirement.TryParse(value.Text, out Requirement? direct) && direct.Url is { } url && IsVersionControl(url))
        {
            return written with { Name = direct.Name, WrittenName = direct.WrittenName, Extras = direct.Extras, Marker = direct.Marker, Url = url };
        }

        string address = s_systems.FirstOrDefault(s => value.Text.StartsWith(s + ":", StringComparison.OrdinalIgnoreCase)) is { } system ? $"{system}+{value.Text}" : value.Text;
        if (IsVersionControl(address))
        {
            return Named(written with { Url = address }, FragmentName(address));
        }

        Report("bad-editable", $"\"{UrlCredentials.Mask(value.Text)}\" is neither a folder with a project nor the address of a repository", source, value.Span,
            "behind -e stands a folder such as ./lib, seen from where pip would run, or an address such as git+https://…");
        return null;
    }

    private WrittenRequirement? ByName(TracedText what, WrittenRequirement written, SourceText source)
    {
        if (Requirement.TryParse(what.Text, out Requirement? requirement, out RequirementSyntaxException? problem))
        {
            return written with
            {
                Name = requirement.Name,
                WrittenName = requirement.WrittenName,
                Extras = requirement.Extras,
                Specifiers = requirement.Specifiers,
                Url = requirement.Url,
            };
        }

        string help = what.Text.Contains('/', StringComparison.Ordinal) && !what.Text.Contains('@', StringComparison.Ordinal) ? "if it is a path: there is no such folder or archive, seen from where pip would run"
            : SingleEquals().IsMatch(what.Text) ? "a version is given with ==, not with ="
            : what.Text.Contains('#', StringComparison.Ordinal) ? "a comment has a space before its #"
            : what.Text.Contains("${", StringComparison.Ordinal) ? "a variable that is not set stays as it is written: set it"
            : Example;
        Report("bad-requirement", $"\"{UrlCredentials.Mask(what.Text)}\" is no requirement: {UrlCredentials.Mask(problem.Message)}", source, what.SpanOf(problem.Position, 1), help);
        return null;
    }

    private static WrittenRequirement Address(string url, WrittenRequirement written)
    {
        if (!url.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            return Named(written with { Url = url }, FileName(url) is var file && file.EndsWith(WheelFileName.Extension, StringComparison.Ordinal) ? file : FragmentName(url));
        }

        string path = ProjectPath.Join("", PathOf(url));
        return Named(written with { Path = path }, ProjectPathName(path) ?? FragmentName(url));
    }

    // A wheel tells its name and version; the fragment #egg=name tells a name, with extras.
    private static WrittenRequirement Named(WrittenRequirement written, string? told)
    {
        if (told is null)
        {
            return written;
        }

        if (WheelFileName.TryParse(told, out WheelFileName? wheel))
        {
            return written with { Name = wheel.Project, WrittenName = told[..told.IndexOf('-', StringComparison.Ordinal)], Specifiers = VersionSpecifiers.Exactly(wheel.Version) };
        }

        return Requirement.TryParse(told, out Requirement? egg)
            ? written with { Name = egg.Name, WrittenName = egg.WrittenName, Extras = egg.Extras.Count > 0 ? egg.Extras : written.Extras, Specifiers = egg.Specifiers }
            : written;
    }

    /// <summary>What lies at a path; null when the text is none. The path is null when it is one that cannot be used.</summary>
    private (string? Path, IReadOnlyList<ExtraName> Extras)? Local(TracedText what, SourceText source)
    {
        (string plain, string? extras) = Extras(what.Text);
        string path = ProjectPath.Join("", plain);
        bool looksLikePath = what.Text.Contains('/', StringComparison.Ordinal) || what.Text.StartsWith('.');
        if (looksLikePath && files.IsFolder(path))
        {
            return ExtraNames(extras, what, source) is { } names && IsProject(path, plain, source, what.Span) ? (path, names) : (null, []);
        }

        if (!s_archives.Any(e => plain.EndsWith(e, StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        int sign = what.Text.IndexOf('@', StringComparison.Ordinal);
        if (!files.IsFile(path))
        {
            if (sign >= 0 && !what.Text[..sign].Contains('/', StringComparison.Ordinal) && !what.Text.StartsWith('.'))
            {
                return null;
            }

            Report("file-not-found", $"there is no file {plain}", source, what.Span, "paths are seen from where pip would run, not from the file they stand in");
            return (null, []);
        }

        return ExtraNames(extras, what, source) is { } extraNames ? (path, extraNames) : (null, []);
    }

    private bool IsProject(string path, string written, SourceText source, TextSpan span)
    {
        if (files.IsFile(ProjectPath.Join(path, "pyproject.toml")) || files.IsFile(ProjectPath.Join(path, "setup.py")))
        {
            return true;
        }

        Report("no-project", $"the folder {written} holds no project", source, span, "a project has a pyproject.toml or a setup.py");
        return false;
    }

    private IReadOnlyList<ExtraName>? ExtraNames(string? extras, TracedText text, SourceText source)
    {
        if (extras is null)
        {
            return [];
        }

        List<ExtraName> names = [];
        foreach (string extra in extras[1..^1].Split(','))
        {
            if (!ExtraName.TryParse(extra.Trim(), out ExtraName name))
            {
                Report("bad-requirement", $"\"{extra}\" is not the name of an extra", source, text.Span, Example);
                return null;
            }

            names.Add(name);
        }

        return [.. names.Distinct().Order()];
    }

    private static string? ProjectPathName(string path) => path.EndsWith(WheelFileName.Extension, StringComparison.Ordinal) ? path[(path.LastIndexOf('/') + 1)..] : null;

    private static (string Plain, string? Extras) Extras(string text) =>
        TrailingExtras().Match(text) is { Success: true } match ? (match.Groups[1].Value, match.Groups[2].Value) : (text, null);

    private static string PathOf(string fileUrl)
    {
        string rest = fileUrl["file:".Length..].Split('#', '?')[0];
        rest = rest.StartsWith("///", StringComparison.Ordinal) ? rest[2..] : rest.StartsWith("//localhost/", StringComparison.Ordinal) ? rest["//localhost".Length..] : rest;
        return Uri.UnescapeDataString(rest);
    }

    private static string FileName(string url)
    {
        string path = url.Split('#', '?')[0];
        return Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
    }

    private static string? FragmentName(string url) => Fragment(url, "egg") is { } egg ? Uri.UnescapeDataString(egg) : null;

    internal static string? Fragment(string url, string key)
    {
        int hash = url.IndexOf('#', StringComparison.Ordinal);
        return hash < 0 ? null : url[(hash + 1)..].Split('&').FirstOrDefault(p => p.StartsWith(key + "=", StringComparison.Ordinal))?[(key.Length + 1)..];
    }

    internal static bool IsUrl(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && text[..colon].ToLowerInvariant() is "http" or "https" or "file" or "ftp" or "ssh" or "sftp" or "git" or "hg" or "svn" or "bzr" || IsVersionControl(text);
    }

    private static bool IsVersionControl(string text) => s_systems.Any(s => text.StartsWith(s + "+", StringComparison.OrdinalIgnoreCase) && text.Contains(':', StringComparison.Ordinal));

    private void Report(string code, string message, SourceText source, TextSpan span, string help) => problems.Add(new Diagnostic(Severity.Error, code, message, source, span, help));

    [GeneratedRegex(@"^(.+)(\[[^\]]+\])$")]
    private static partial Regex TrailingExtras();

    [GeneratedRegex("[^=<>!~]=[^=]")]
    private static partial Regex SingleEquals();
}
