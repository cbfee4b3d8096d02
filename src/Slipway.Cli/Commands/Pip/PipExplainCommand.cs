using System.CommandLine;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.Cli.Commands.Pip;

/// <summary><c>pip explain</c>: says of a package who wants it, or why there is no solution.</summary>
internal static class PipExplainCommand
{
    public static Command Create(CliContext cli)
    {
        var flags = new PipFlags();
        var why = new Option<string?>("--why") { Description = "Only how this package comes in", HelpName = "NAME" };
        var command = new Command("explain", "Say why each package is there, or why there is no solution") { why };
        flags.AddTo(command);
        command.SetAction(async (parsed, token) =>
        {
            ProjectName? only = parsed.GetValue(why) is { } text ? PipFlags.Project("--why", text) : null;
            PipTargets.Begin();
            PipInput input = await PipInput.ReadAsync(flags, parsed, mayBeLocked: true, token);
            await cli.Error.WriteAsync(cli.Diagnostics.Render(input.Warnings));
            PythonTarget target = await PipTargets.ReadOneAsync(flags, parsed, token);
            using var session = new PipSession(cli, flags, parsed, input);
            PipGraph graph;
            if (input.Lock is { } locked)
            {
                graph = PipGraph.Of(await session.SelectAsync(locked, target, token));
            }
            else
            {
                PythonResult result = await session.TrySolveAsync(target, new Dictionary<ProjectName, PythonVersion>(), token);
                if (result.Explanation is { } explanation)
                {
                    await cli.Out.WriteLineAsync(explanation.ToString());
                    return 1;
                }

                graph = PipGraph.Of(result.Solution!);
                await cli.Error.WriteLineAsync($"{graph.Nodes.Count} packages for {target}; {result.Counters.Decisions} decisions, {result.Counters.Conflicts} conflicts");
            }

            if (only is { } name && !graph.Nodes.ContainsKey(name))
            {
                await cli.Out.WriteLineAsync($"{name} is not among the packages");
                return 0;
            }

            HashSet<ProjectName>? path = only is { } start ? AllAbove(graph, start) : null;
            foreach (PipNode node in graph.Nodes.Values.Where(n => path?.Contains(n.Name) != false))
            {
                string[] reasons = [.. node.Asked.Select(a => $"wanted: {a}"), .. graph.Above(node.Name).Select(a => $"{a.By.Name} {a.By.Version} needs {a.Edge.Requirement}")];
                await cli.Out.WriteLineAsync($"{node}\n  {string.Join("\n  ", reasons)}");
            }

            return 0;
        });
        return command;
    }

    private static HashSet<ProjectName> AllAbove(PipGraph graph, ProjectName name)
    {
        HashSet<ProjectName> found = [name];
        var open = new Queue<ProjectName>([name]);
        while (open.TryDequeue(out ProjectName next))
        {
            foreach ((PipNode by, _) in graph.Above(next))
            {
                if (found.Add(by.Name))
                {
                    open.Enqueue(by.Name);
                }
            }
        }

        return found;
    }
}
