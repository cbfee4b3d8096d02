namespace Slipway.Dockerfile;

/// <summary>A CDI device asked for by <c>RUN --device</c>.</summary>
public sealed record RunDevice(string Name, bool Required)
{
    /// <summary>Reads <c>vendor.com/class=device,required</c>; the name may also be given as <c>name=…</c>.</summary>
    /// <exception cref="FormatException">The value is malformed.</exception>
    public static RunDevice Parse(string value)
    {
        string? name = null;
        bool required = false;
        foreach (string field in CsvFields.Split(value))
        {
            (string key, string? rest) = KeyValue.Cut(field);
            switch (key.ToLowerInvariant())
            {
                case "required":
                    required = rest is null || KeyValue.Boolean(key, rest);
                    break;
                case "name" when rest is not null:
                    name = Named(name, rest);
                    break;
                default:
                    name = Named(name, field);
                    break;
            }
        }

        return new RunDevice(name ?? throw new FormatException("a device needs a name such as vendor.com/class=device"), required);
    }

    private static string Named(string? before, string name) => before switch
    {
        not null => throw new FormatException($"device name already set to {before}"),
        null when name.Length == 0 => throw new FormatException("a device name can not be empty"),
        null => name,
    };
}
