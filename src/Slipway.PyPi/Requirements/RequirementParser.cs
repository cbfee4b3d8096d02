using Slipway.PyPi.Markers;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Requirements;

/// <summary>Reads requirements (PEP 508; "Dependency specifiers" of the packaging specifications).</summary>
internal static class RequirementParser
{
    /// <exception cref="RequirementSyntaxException">It cannot be read.</exception>
    public static Requirement Parse(string text)
    {
        var cursor = new TextCursor(text);
        cursor.SkipBlanks();
        string written = ReadName(cursor, "a project");
        cursor.SkipBlanks();
        IReadOnlyList<string> extras = ReadExtras(cursor);
        cursor.SkipBlanks();
        string? url = null;
        VersionSpecifiers specifiers = VersionSpecifiers.Any;
        if (cursor.Take('@'))
        {
            url = ReadUrl(cursor);
        }
        else
        {
            specifiers = ReadVersions(cursor);
        }

        cursor.SkipBlanks();
        Marker? marker = null;
        if (cursor.Take(';'))
        {
            marker = new Marker(MarkerParser.Read(cursor));
        }

        cursor.ExpectEnd(url is not null ? "the address (a marker begins with \" ;\")" : "the requirement");
        return new Requirement
        {
            Name = ProjectName.Parse(written),
            WrittenName = written,
            WrittenExtras = extras,
            Extras = [.. extras.Select(ExtraName.Parse).Distinct().Order()],
            Specifiers = specifiers,
            Url = url,
            Marker = marker,
        };
    }

    private static string ReadName(TextCursor cursor, string ofWhat)
    {
        int start = cursor.Position;
        string name = cursor.TakeWhile(NormalName.IsNameCharacter);
        if (NormalName.Of(name) is null)
        {
            cursor.Position = start;
            throw cursor.Wrong(name.Length == 0 ? $"the name of {ofWhat} is expected" : $"\"{name}\" is not the name of {ofWhat}");
        }

        return name;
    }

    private static IReadOnlyList<string> ReadExtras(TextCursor cursor)
    {
        if (!cursor.Take('['))
        {
            return [];
        }

        List<string> extras = [];
        cursor.SkipBlanks();
        while (!cursor.Take(']'))
        {
            if (extras.Count > 0 && !cursor.Take(','))
            {
                throw cursor.Wrong(cursor.AtEnd ? "\"]\" is missing after the extras" : "\",\" or \"]\" is expected after an extra");
            }

            cursor.SkipBlanks();
            extras.Add(ReadName(cursor, "an extra"));
            cursor.SkipBlanks();
        }

        return [.. extras.Distinct().Order(StringComparer.Ordinal)];
    }

    private static string ReadUrl(TextCursor cursor)
    {
        cursor.SkipBlanks();
        string url = cursor.TakeWhile(c => c is not (' ' or '\t'));
        return url.Length > 0 ? url : throw cursor.Wrong("an address is expected after \"@\"");
    }

    private static VersionSpecifiers ReadVersions(TextCursor cursor)
    {
        bool inParentheses = cursor.Take('(');
        List<VersionSpecifier> clauses = [];
        cursor.SkipBlanks();
        while (cursor.Current is '=' or '<' or '>' or '!' or '~')
        {
            int start = cursor.Position;
            if (!VersionSpecifier.TryParse(ReadClause(cursor), out VersionSpecifier? clause, out string? problem))
            {
                cursor.Position = start;
                throw cursor.Wrong(problem);
            }

            clauses.Add(clause);
            cursor.SkipBlanks();
            if (!cursor.Take(','))
            {
                break;
            }

            cursor.SkipBlanks();
        }

        if (inParentheses && !cursor.Take(')'))
        {
            throw cursor.Wrong("\")\" is missing after the versions");
        }

        return clauses.Count == 0 ? VersionSpecifiers.Any : VersionSpecifiers.Of(clauses);
    }

    private static string ReadClause(TextCursor cursor)
    {
        int start = cursor.Position;
        cursor.TakeWhile(c => c is '=' or '<' or '>' or '!' or '~');
        cursor.SkipBlanks();
        cursor.TakeWhile(c => !char.IsWhiteSpace(c) && c is not (',' or ';' or ')'));
        return cursor.Text[start..cursor.Position];
    }
}
