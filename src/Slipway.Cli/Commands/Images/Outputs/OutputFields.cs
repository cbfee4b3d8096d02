using Slipway.Dockerfile;
using Slipway.Foundation.Text;

namespace Slipway.Cli.Commands.Images.Outputs;

/// <summary>The fields of one <c>--output</c>.</summary>
internal sealed class OutputFields
{
    private const string Annotation = "annotation";
    private readonly Dictionary<string, string> _fields = [];

    /// <exception cref="UsageException">A field is not known or not well written.</exception>
    public OutputFields(string text, IReadOnlyList<string> known)
    {
        Whole = text;
        foreach (string field in Split(text))
        {
            (string key, string value) = Values.Pair("--output", field);
            key = key.Trim();
            if (key.StartsWith(Annotation, StringComparison.Ordinal))
            {
                Annotations.Add(new(key[Annotation.Length..], value));
            }
            else if (!known.Contains(key))
            {
                throw new UsageException(
                    "bad-output", $"--output {text}: there is no field {key}", Suggestion.Nearest(key, known) is { } near ? $"did you mean {near}=?" : $"the fields are {string.Join(", ", known)} and annotation.NAME");
            }
            else
            {
                _fields[key] = value;
            }
        }
    }

    public string Whole { get; }

    /// <summary>What stands after <c>annotation</c>, and the values.</summary>
    public List<KeyValuePair<string, string>> Annotations { get; } = [];

    public string? Text(string key) => _fields.GetValueOrDefault(key);

    public bool HasAny(params string[] keys) => keys.Any(_fields.ContainsKey);

    public bool Switch(string key, bool initial) => _fields.GetValueOrDefault(key) switch
    {
        null => initial,
        "true" or "1" => true,
        "false" or "0" => false,
        var other => throw new UsageException("bad-output", $"--output {Whole}: {key}={other} is neither true nor false"),
    };

    private static IReadOnlyList<string> Split(string text)
    {
        try
        {
            return CsvFields.Split(text);
        }
        catch (FormatException e)
        {
            throw new UsageException("bad-output", $"--output {text}: {e.Message}", "a value with commas stands in quotes together with its name: \"name=a,b\"");
        }
    }
}
