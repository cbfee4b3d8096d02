using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Slipway.Environments.Building;
using Slipway.Foundation.Text;
using Slipway.Foundation.Yaml;

namespace Slipway.Environments.Recipes;

/// <summary>Reads <c>slipway.yml</c> (docs/environments.md).</summary>
internal static partial class SettingsReader
{
    private static readonly string[] s_keys =
        ["base", "platforms", "user", "channels", "indexes", "cuda", "jupyter", "profile", "slim", "command", "entrypoint", "files", "variables", "exclude-newer"];

    /// <summary>What the file says; what is wrong is reported, all of it.</summary>
    public static EnvironmentSettings Read(SourceText source, ICollection<Diagnostic> problems)
    {
        YamlNode? root = YamlText.Read(source, problems);
        if (root is null or YamlScalar { IsNull: true })
        {
            return new EnvironmentSettings();
        }

        if (root is not YamlMap map)
        {
            problems.Add(new Diagnostic(Severity.Error, "wrong-kind", $"slipway.yml is {root.Kind} where a map of keys is expected", source, root.Span, "write keys such as base: debian:stable-slim"));
            return new EnvironmentSettings();
        }

        var fields = new YamlFields(source, map, "slipway.yml", s_keys, problems);
        (string name, uint uid, uint gid) = ReadUser(fields, source, problems);
        return new EnvironmentSettings
        {
            Base = Text(fields, "base", "the name of an image"),
            Platforms = Texts(fields, "platforms", "a list of platforms"),
            UserName = name,
            Uid = uid,
            Gid = gid,
            Channels = Texts(fields, "channels", "a list of channels"),
            Indexes = Texts(fields, "indexes", "a list of addresses"),
            Cuda = Text(fields, "cuda", "a version"),
            Jupyter = fields.Flag("jupyter"),
            Profile = ReadProfile(fields),
            Slim = fields.Flag("slim"),
            Command = Texts(fields, "command", "a list of words"),
            Entrypoint = Texts(fields, "entrypoint", "a list of words"),
            Files = Texts(fields, "files", "a list of paths"),
            Variables = ReadVariables(fields),
            ExcludeNewer = ReadDate(fields),
        };
    }

    private static string ReadProfile(YamlFields fields)
    {
        if (fields.Scalar("profile", "the name of a profile") is not { } scalar)
        {
            return ImageProfile.Usual;
        }

        if (ImageProfile.Find(scalar.Value) is null)
        {
            fields.Report("unknown-profile", $"there is no profile '{scalar.Value}'", scalar, $"there are {ImageProfile.Names}");
            return ImageProfile.Usual;
        }

        return scalar.Value;
    }

    private static string? Text(YamlFields fields, string key, string expected) => fields.Scalar(key, expected)?.Value;

    // One value may be written without a list.
    private static ImmutableArray<string> Texts(YamlFields fields, string key, string expected)
    {
        switch (fields.Node(key))
        {
            case null:
                return [];
            case YamlScalar one:
                return [one.Value];
            case YamlList list:
                foreach (YamlNode wrong in list.Items.Where(item => item is not YamlScalar))
                {
                    fields.Report("wrong-kind", $"'{key}' holds {wrong.Kind} where {expected} is expected", wrong);
                }

                return [.. list.Items.OfType<YamlScalar>().Select(item => item.Value)];
            case var other:
                fields.Report("wrong-kind", $"'{key}' has {other.Kind} where {expected} is expected", other);
                return [];
        }
    }

    private static (string Name, uint Uid, uint Gid) ReadUser(YamlFields fields, SourceText source, ICollection<Diagnostic> problems)
    {
        var usual = new EnvironmentSettings();
        switch (fields.Node("user"))
        {
            case null:
                return (usual.UserName, usual.Uid, usual.Gid);
            case YamlScalar scalar when EnvironmentSettings.IsUserName(scalar.Value):
                return (NotRoot(scalar.Value, scalar), usual.Uid, usual.Gid);
            case YamlMap map:
                var user = new YamlFields(source, map, "user", ["name", "uid", "gid"], problems);
                YamlScalar? name = user.Scalar("name", "a name");
                if (name is not null && !EnvironmentSettings.IsUserName(name.Value))
                {
                    user.Report("bad-user", $"'{name.Value}' is no name of a user", name, "write small letters, digits, - and _, beginning with a letter");
                    name = null;
                }

                uint uid = Id(user, "uid") ?? usual.Uid;
                return (name is null ? usual.UserName : NotRoot(name.Value, name), uid, Id(user, "gid") ?? uid);
            case var other:
                fields.Report("bad-user", "'user' is a name, or a map with name, uid and gid", other, "write user: ada, or user: {name: ada, uid: 1000}");
                return (usual.UserName, usual.Uid, usual.Gid);
        }

        string NotRoot(string text, YamlNode at)
        {
            if (text == "root")
            {
                fields.Report("root-user", "the image's user may not be root", at, "leave user: away; a container that has to be root is started with \"run --user root\"");
            }

            return text;
        }

        uint? Id(YamlFields user, string key)
        {
            if (user.Scalar(key, "a number") is not { } scalar)
            {
                return null;
            }

            if (!uint.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) || id > int.MaxValue)
            {
                user.Report("bad-user", $"'{key}' is a number from 1 on, not '{scalar.Value}'", scalar);
                return null;
            }

            if (id == 0)
            {
                user.Report("root-user", $"{key} 0 is root's, and the image's user may not be root", scalar, "choose another, such as 1000; a container that has to be root is started with \"run --user root\"");
                return null;
            }

            return id;
        }
    }

    private static ImmutableSortedDictionary<string, string> ReadVariables(YamlFields fields)
    {
        var variables = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        switch (fields.Node("variables"))
        {
            case null:
                break;
            case YamlMap map:
                foreach (YamlEntry entry in map.Entries)
                {
                    if (entry.Value is YamlScalar value && VariableName().IsMatch(entry.Key.Value))
                    {
                        variables[entry.Key.Value] = value.Value;
                    }
                    else
                    {
                        fields.Report("bad-variable", $"'{entry.Key.Value}' is no name of a variable with one value", entry.Key, "write NAME: value");
                    }
                }

                break;
            case var other:
                fields.Report("wrong-kind", $"'variables' has {other.Kind} where a map of names and values is expected", other);
                break;
        }

        return variables.ToImmutable();
    }

    private static DateTimeOffset? ReadDate(YamlFields fields)
    {
        if (fields.Scalar("exclude-newer", "a date") is not { } scalar)
        {
            return null;
        }

        if (DateTimeOffset.TryParse(scalar.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset date))
        {
            return scalar.Value.Length == 10 ? date.AddDays(1) : date; // the day itself still counts
        }

        fields.Report("bad-value", $"'exclude-newer' is a date, not '{scalar.Value}'", scalar, "write a date such as 2026-05-31");
        return null;
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex VariableName();
}
