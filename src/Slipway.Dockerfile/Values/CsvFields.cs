using System.Text;

namespace Slipway.Dockerfile;

/// <summary>One line of comma-separated values (RFC 4180), as flag values such as <c>--mount</c> are written.</summary>
public static class CsvFields
{
    /// <exception cref="FormatException">A quote stands in the middle of a field or is not closed.</exception>
    public static IReadOnlyList<string> Split(string text)
    {
        var fields = new List<string>();
        int position = 0;
        while (true)
        {
            fields.Add(ReadField(text, ref position));
            if (position == text.Length)
            {
                return fields;
            }

            position++; // the comma
        }
    }

    private static string ReadField(string text, ref int position)
    {
        if (position < text.Length && text[position] == '"')
        {
            return ReadQuoted(text, ref position);
        }

        int comma = text.IndexOf(',', position);
        int end = comma < 0 ? text.Length : comma;
        string field = text[position..end];
        position = end;
        return field.Contains('"', StringComparison.Ordinal)
            ? throw new FormatException($"a quote stands inside the field '{field}'; quote the whole field")
            : field;
    }

    private static string ReadQuoted(string text, ref int position)
    {
        var field = new StringBuilder();
        for (position++; position < text.Length; position++)
        {
            if (text[position] != '"')
            {
                field.Append(text[position]);
            }
            else if (position + 1 < text.Length && text[position + 1] == '"')
            {
                field.Append(text[position++]);
            }
            else
            {
                position++;
                return position == text.Length || text[position] == ','
                    ? field.ToString()
                    : throw new FormatException($"a comma was expected after the quoted field '{field}'");
            }
        }

        throw new FormatException($"the quoted field '{field}' is not closed");
    }
}
