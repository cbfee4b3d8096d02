using System.CommandLine;
using Slipway.Cli.Rendering;
using Slipway.Conda.Channels;
using Slipway.Conda.Matching;
using Slipway.Conda.Records;
using Slipway.Foundation.Text;

namespace Slipway.Cli.Commands.Conda;

/// <summary><c>conda search</c>: what channels have of a package.</summary>
internal static class CondaSearchCommand
{
    public static Command Create(CliContext cli)
    {
        var flags = new CondaFlags();
        var info = new Option<bool>("--info") { Description = "Also what each needs, its address and its hash" };
        var command = new Command("search", "Show what channels have of a package") { flags.Specs, info };
        flags.AddTo(command);
        command.SetAction(async (parsed, token) =>
        {
            if (parsed.GetValue(flags.Specs)!.Length == 0)
            {
                throw new UsageException("nothing-wanted", "no package is named", "name one, such as numpy or \"numpy >=1.20\"");
            }

            CondaInput input = CondaInput.Read(flags, parsed, CondaInput.PlatformsOf(flags, parsed)[0]);
            using var session = new CondaSession(cli, flags, parsed);
            using ChannelSet set = await session.OpenAsync(input, token);
            List<PackageRecord> found = [];
            foreach (MatchSpec spec in input.Specs)
            {
                IEnumerable<string> names = spec.ExactName is { } exact ? [exact] : set.PackageNames().Where(spec.Name.Matches);
                int before = found.Count;
                foreach (string name in names)
                {
                    found.AddRange((await set.FindAsync(name, token)).Where(spec.Matches));
                }

                if (found.Count == before)
                {
                    string? near = spec.ExactName is { } missing ? Suggestion.Nearest(missing, [.. set.PackageNames()]) : null;
                    throw new DiagnosticException("no-such-package", $"no channel has {spec} for {input.Platform}", near is null || near == spec.ExactName ? null : $"did you mean {near}?");
                }
            }

            PackageRecord[] sorted = [.. found.OrderBy(r => r.Name, StringComparer.Ordinal).ThenBy(r => r.Version).ThenBy(r => r.BuildNumber).ThenBy(r => r.Build, StringComparer.Ordinal)];
            await cli.Out.WriteAsync(parsed.GetValue(info) ? string.Concat(sorted.Select(Described)) : Table(sorted));
            return 0;
        });
        return command;
    }

    private static string Table(PackageRecord[] records)
    {
        var table = new TableWriter("NAME", "VERSION", "BUILD", "CHANNEL", "SIZE");
        foreach (PackageRecord record in records)
        {
            table.Add(record.Name, record.Version.ToString(), record.Build, $"{record.Channel.TrimEnd('/').Split('/')[^1]}/{record.Subdir}", record.Size is { } size ? Amounts.Bytes(size) : "");
        }

        return table.ToString();
    }

    private static string Described(PackageRecord record) => string.Concat(
        $"{record.Name} {record.Version} {record.Build}\n",
        Line("file", record.FileName), Line("channel", record.Channel), Line("subdir", record.Subdir), Line("url", record.Url), Line("size", record.Size?.ToString()), Line("license", record.License),
        Line("timestamp", record.Timestamp?.ToString("u")), Line("md5", record.Md5), Line("sha256", record.Sha256),
        string.Concat(record.Depends.Select(d => Line("needs", d))), string.Concat(record.Constrains.Select(d => Line("constrains", d))), "\n");

    private static string Line(string name, string? value) => string.IsNullOrEmpty(value) ? "" : $"  {name,-12}{value}\n";
}
