using System.CommandLine;
using Slipway.Foundation.Text;

namespace Slipway.Cli;

/// <summary>
/// The habits of docker's command line that the parser does not have: for <c>run</c>, everything after the image belongs to the command in
/// the container; some flags have a value only with <c>=</c>; <c>-rm</c> is a slip for <c>--rm</c>.
/// </summary>
internal static class DockerArguments
{
    /// <summary>Flags whose value may be left away, and what they mean then.</summary>
    private static readonly Dictionary<(string Command, string Flag), string> OptionalValues = new() { [("build", "--no-cache")] = "true", [("build", "--pull")] = "true", [("plan", "--pull")] = "true", [("lock", "--pull")] = "true", [("lock", "--from-env")] = "active" };

    public static IReadOnlyList<string> Normalize(Command root, IReadOnlyList<string> args)
    {
        List<string> result = [];
        Command command = root;
        bool positional = false;
        for (int i = 0; i < args.Count; i++)
        {
            string arg = args[i];
            if (arg == "--")
            {
                return [.. result, .. args.Skip(i)];
            }

            if (arg.Length > 1 && arg[0] == '-')
            {
                RefuseUnknown(root, command, arg);
                result.Add(OptionalValues.TryGetValue((command.Name, arg), out string? value) ? $"{arg}={value}" : arg);
                if (TakesNext(root, command, arg) && i + 1 < args.Count)
                {
                    result.Add(args[++i]);
                }
            }
            else if (!positional && command.Subcommands.FirstOrDefault(c => c.Name == arg || c.Aliases.Contains(arg)) is { } verb)
            {
                command = verb;
                result.Add(arg);
            }
            else if (command.Name == "run")
            {
                return [.. result, "--", .. args.Skip(i)];
            }
            else
            {
                positional = true;
                result.Add(arg);
            }
        }

        return result;
    }

    // The parser would take an unknown flag for an argument, and "-rm" for -r and -m; nobody means either.
    private static void RefuseUnknown(Command root, Command command, string arg)
    {
        string name = arg.Split('=')[0];
        bool longName = name.StartsWith("--", StringComparison.Ordinal);
        if (Find(root, command, name) is not null || (!longName && IsBundle(root, command, name)))
        {
            return;
        }

        string[] names = [.. Options(root, command).SelectMany(o => o.Aliases.Append(o.Name)).Where(n => n.StartsWith("--", StringComparison.Ordinal))];
        string meant = longName ? name : "-" + name;
        string? near = names.Contains(meant) ? meant : Suggestion.Nearest(meant, names);
        throw new UsageException(
            "unknown-flag", $"unknown flag {name}", near is not null ? $"did you mean {near}?" : $"see {CliContext.CalledName} {(command == root ? "" : command.Name + " ")}--help");
    }

    private static bool IsBundle(Command root, Command command, string name)
    {
        for (int i = 1; i < name.Length; i++)
        {
            Option? option = Find(root, command, "-" + name[i]);
            if (option is null)
            {
                return false;
            }

            if (!IsSwitch(option))
            {
                return true; // the rest is its value: -p8080:80
            }
        }

        return true;
    }

    private static bool TakesNext(Command root, Command command, string arg)
    {
        if (arg.Contains('=', StringComparison.Ordinal))
        {
            return false;
        }

        string name = arg.StartsWith("--", StringComparison.Ordinal) ? arg : "-" + arg[^1];
        return Find(root, command, name) is { } option && !IsSwitch(option) && !OptionalValues.ContainsKey((command.Name, arg));
    }

    private static bool IsSwitch(Option option) => option.ValueType == typeof(bool) || option.ValueType == typeof(bool?) || option.Arity.MaximumNumberOfValues == 0;

    private static Option? Find(Command root, Command command, string name) =>
        Options(root, command).FirstOrDefault(o => o.Name == name || o.Aliases.Contains(name));

    private static IEnumerable<Option> Options(Command root, Command command) => command.Options.Concat(root.Options.Where(o => o.Recursive));
}
