using System.CommandLine;
using Slipway.Conda.Channels;
using Slipway.Conda.Matching;
using Slipway.Conda.Records;
using Slipway.Conda.Solving;
using Slipway.Conda.Versions;

namespace Slipway.Cli.Commands.Conda;

/// <summary><c>conda explain</c>: says of each package of an environment who wants it, or why there is no environment.</summary>
internal static class CondaExplainCommand
{
    public static Command Create(CliContext cli)
    {
        var flags = new CondaFlags();
        var why = new Option<string?>("--why") { Description = "Only how this package comes in", HelpName = "NAME" };
        var command = new Command("explain", "Say why each package is in an environment, or why there is no such environment") { flags.Specs, why };
        flags.AddTo(command);
        command.SetAction(async (parsed, token) =>
        {
            CondaInput input = CondaInput.Read(flags, parsed, CondaInput.PlatformsOf(flags, parsed)[0]);
            await cli.Error.WriteAsync(cli.Diagnostics.Render(input.Warnings));
            using var session = new CondaSession(cli, flags, parsed);
            IReadOnlyList<PackageRecord> packages;
            if (input.Locked is null)
            {
                using ChannelSet set = await session.OpenAsync(input, token);
                CondaResult result = await session.SolveAsync(set, input, [], token);
                packages = result.Packages;
                await cli.Error.WriteLineAsync($"{packages.Count} packages; {result.Counters.Decisions} decisions, {result.Counters.Conflicts} conflicts");
            }
            else
            {
                (packages, _) = await session.PackagesAsync(input, token);
            }

            Dictionary<string, List<string>> wanted = WantedBy(input, packages);
            string? only = parsed.GetValue(why);
            if (only is not null && packages.All(p => p.Name != only))
            {
                await cli.Out.WriteLineAsync($"{only} is not in the environment");
                return 0;
            }

            HashSet<string>? path = only is null ? null : Above(only, wanted);
            foreach (PackageRecord package in packages.Where(p => path?.Contains(p.Name) != false).OrderBy(p => p.Name, StringComparer.Ordinal))
            {
                await cli.Out.WriteLineAsync($"{package.Name} {package.Version} {package.Build}\n  {string.Join("\n  ", wanted.GetValueOrDefault(package.Name) ?? [])}");
            }

            return 0;
        });
        return command;
    }

    private static Dictionary<string, List<string>> WantedBy(CondaInput input, IReadOnlyList<PackageRecord> packages)
    {
        Dictionary<string, List<string>> wanted = new(StringComparer.Ordinal);
        foreach (MatchSpec spec in input.Specs)
        {
            Add(spec.ExactName, $"wanted: {spec}");
        }

        foreach (PackageRecord package in packages)
        {
            foreach (string text in package.Depends)
            {
                Add(MatchSpec.TryParse(text, ParseMode.Lenient, out MatchSpec? spec, out _) ? spec.ExactName : null, $"{package.Name} needs {text}");
            }
        }

        return wanted;

        void Add(string? name, string reason)
        {
            if (name is not null)
            {
                (wanted.TryGetValue(name, out List<string>? reasons) ? reasons : wanted[name] = []).Add(reason);
            }
        }
    }

    // The package and all that lead to it.
    private static HashSet<string> Above(string name, Dictionary<string, List<string>> wanted)
    {
        HashSet<string> found = [name];
        var open = new Queue<string>([name]);
        while (open.TryDequeue(out string? next))
        {
            foreach (string by in wanted.GetValueOrDefault(next)?.Where(r => r.Contains(" needs ", StringComparison.Ordinal)).Select(r => r.Split(' ')[0]) ?? [])
            {
                if (found.Add(by))
                {
                    open.Enqueue(by);
                }
            }
        }

        return found;
    }
}
