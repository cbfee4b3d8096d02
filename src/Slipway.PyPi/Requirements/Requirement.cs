using System.Diagnostics.CodeAnalysis;
using System.Text;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Requirements;

/// <summary>What a project needs of another (PEP 508): <c>name[extra]&gt;=1.2; marker</c> or <c>name @ url ; marker</c>.</summary>
public sealed record Requirement
{
    /// <summary>The project.</summary>
    public required ProjectName Name { get; init; }

    /// <summary>The name as it was written.</summary>
    public required string WrittenName { get; init; }

    /// <summary>The extras, without repetition, in the order of their text.</summary>
    public IReadOnlyList<ExtraName> Extras { get; init; } = [];

    /// <summary>The extras as they were written, in the order of their text.</summary>
    public IReadOnlyList<string> WrittenExtras { get; init; } = [];

    /// <summary>The versions that will do.</summary>
    public VersionSpecifiers Specifiers { get; init; } = VersionSpecifiers.Any;

    /// <summary>Where the project is to be taken from, as it was written, credentials included; null for an index.</summary>
    public string? Url { get; init; }

    /// <summary>Where the requirement holds; null: everywhere.</summary>
    public Marker? Marker { get; init; }

    /// <summary>A requirement on some versions of a project, from anywhere.</summary>
    public static Requirement Of(ProjectName name, VersionSpecifiers? specifiers = null) => new() { Name = name, WrittenName = name.Value, Specifiers = specifiers ?? VersionSpecifiers.Any };

    /// <summary>Reads a requirement; the old form with parentheses around the versions is taken, too.</summary>
    /// <exception cref="RequirementSyntaxException">It cannot be read; the message says why, the position where. It is a <see cref="FormatException"/>.</exception>
    public static Requirement Parse(string text) => RequirementParser.Parse(text);

    /// <summary>Reads a requirement; null when it cannot be read.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Requirement? requirement) => TryParse(text, out requirement, out _);

    /// <summary>Reads a requirement; <paramref name="problem"/> says what is wrong and where.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Requirement? requirement, [NotNullWhen(false)] out RequirementSyntaxException? problem)
    {
        (requirement, problem) = (null, null);
        try
        {
            requirement = RequirementParser.Parse(text ?? "");
            return true;
        }
        catch (RequirementSyntaxException e)
        {
            problem = e;
            return false;
        }
    }

    /// <summary>Equal requirements ask for the same, however their names are spelled.</summary>
    public bool Equals(Requirement? other) => other is not null && Name == other.Name && Url == other.Url && Extras.SequenceEqual(other.Extras)
        && Specifiers.Equals(other.Specifiers) && Equals(Marker, other.Marker);

    public override int GetHashCode() => HashCode.Combine(Name, Url, Specifiers, Extras.Count);

    /// <summary>The normal form, with name and extras as they were written.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(WrittenName);
        if (Extras.Count > 0)
        {
            text.Append('[').AppendJoin(',', WrittenExtras.Count > 0 ? WrittenExtras : Extras.Select(e => e.Value)).Append(']');
        }

        text.Append(Specifiers);
        if (Url is not null)
        {
            text.Append(" @ ").Append(Url).Append(Marker is null ? "" : " ");
        }

        return Marker is null ? text.ToString() : text.Append("; ").Append(Marker).ToString();
    }
}
