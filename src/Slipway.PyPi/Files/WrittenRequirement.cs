using Slipway.Foundation.Text;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Files;

/// <summary>
/// A requirement as a file asks for it: of a project by name, or of what lies at an address or in a folder, whose name may be known only when it is looked at.
/// </summary>
public sealed record WrittenRequirement
{
    // PEP 503, with the strongest first.
    private static readonly string[] s_urlHashes = ["sha256", "sha512", "sha384", "sha224", "sha1", "md5"];

    /// <summary>The file, for messages; it has no credentials.</summary>
    public required SourceText Source { get; init; }

    /// <summary>Where in it.</summary>
    public required TextSpan Span { get; init; }

    /// <summary>The line it begins in, from 1.</summary>
    public int Line { get; init; }

    /// <summary>The requirement as written, without options. It may hold credentials: show <see cref="ToString"/>.</summary>
    public required string Text { get; init; }

    /// <summary>The project; null when only its address or folder is written.</summary>
    public ProjectName? Name { get; init; }

    /// <summary>The name as written.</summary>
    public string? WrittenName { get; init; }

    /// <summary>The extras, in the order of their names.</summary>
    public IReadOnlyList<ExtraName> Extras { get; init; } = [];

    /// <summary>The versions that will do.</summary>
    public VersionSpecifiers Specifiers { get; init; } = VersionSpecifiers.Any;

    /// <summary>Where it holds; null: everywhere.</summary>
    public Marker? Marker { get; init; }

    /// <summary>The address to take it from, such as <c>https://…</c>, <c>git+ssh://…</c>; it may hold credentials. Null for an index or a path.</summary>
    public string? Url { get; init; }

    /// <summary>The folder or file to take it from, seen from where the reading began; empty for that folder itself; null when it is none.</summary>
    public string? Path { get; init; }

    /// <summary>Whether it is wanted as a link to its source (<c>-e</c>).</summary>
    public bool IsEditable { get; init; }

    /// <summary>Whether it only narrows what others ask for (<c>-c</c>).</summary>
    public bool IsConstraint { get; init; }

    /// <summary>Hashes of the files that will do (<c>--hash</c>); none: the file says none.</summary>
    public IReadOnlyList<FileHash> Hashes { get; init; } = [];

    /// <summary>The hash that the address carries behind its <c>#</c>; null when it has none.</summary>
    public FileHash? UrlHash => Url is null ? null : s_urlHashes.Select(a => RequirementReader.Fragment(Url, a) is { } value ? new FileHash(a, value.ToLowerInvariant()) : null).FirstOrDefault(h => h is not null);

    /// <summary>Settings for the build of it (<c>--config-settings</c>), in order; a key may be there several times.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ConfigSettings { get; init; } = [];

    /// <summary>The index to take it from alone; null: as for all.</summary>
    public string? Index { get; init; }

    /// <summary>A requirement by name.</summary>
    internal static WrittenRequirement Of(Requirement requirement, string text, TextSpan span, SourceText source) => new()
    {
        Source = source,
        Span = span,
        Line = source.PositionAt(span.Start).Line,
        Text = text,
        Name = requirement.Name,
        WrittenName = requirement.WrittenName,
        Extras = requirement.Extras,
        Specifiers = requirement.Specifiers,
        Marker = requirement.Marker,
        Url = requirement.Url,
    };

    /// <summary>As a requirement of the solver, which knows no paths; null when the name is not known.</summary>
    public Requirement? ToRequirement() => Name is not { } name ? null : new Requirement
    {
        Name = name,
        WrittenName = WrittenName ?? name.Value,
        Extras = Extras,
        Specifiers = Specifiers,
        Url = Url,
        Marker = Marker,
    };

    /// <summary>A diagnostic at its place.</summary>
    public Diagnostic Problem(string code, string message, string? help = null, Severity severity = Severity.Error) => new(severity, code, message, Source, Span, help);

    /// <summary>The requirement without credentials.</summary>
    public override string ToString() => UrlCredentials.Mask(Text);
}
