using System.CommandLine;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;

namespace Slipway.Cli.Commands.Pip;

/// <summary><c>pip tree</c>: shows what needs what.</summary>
internal static class PipTreeCommand
{
    public static Command Create(CliContext cli)
    {
        var flags = new PipFlags();
        var invert = new Option<bool>("--invert") { Description = "Below each package those that need it" };
        var only = PipFlags.Many("NAME", "Begin with this package", "--package");
        var depth = new Option<int>("--depth") { Description = "How many steps to follow", DefaultValueFactory = _ => int.MaxValue };
        var command = new Command("tree", "Show what needs what, of requirements or of a lock") { invert, only, depth };
        flags.AddTo(command);
        command.SetAction(async (parsed, token) =>
        {
            PipTargets.Begin();
            PipInput input = await PipInput.ReadAsync(flags, parsed, mayBeLocked: true, token);
            await cli.Error.WriteAsync(cli.Diagnostics.Render(input.Warnings));
            PythonTarget target = await PipTargets.ReadOneAsync(flags, parsed, token);
            using var session = new PipSession(cli, flags, parsed, input);
            PipGraph graph = input.Lock is { } locked ? PipGraph.Of(await session.SelectAsync(locked, target, token)) : PipGraph.Of(await session.SolveAsync(target, new Dictionary<ProjectName, PyPi.Versions.PythonVersion>(), token));
            ProjectName[] named = [.. parsed.GetValue(only)!.Select(n => PipFlags.Project("--package", n))];
            bool isInverted = parsed.GetValue(invert);
            IEnumerable<PipNode> roots = named.Length > 0 ? named.Select(n => graph.Nodes.TryGetValue(n, out PipNode? node) ? node : throw new UsageException("not-there", $"{n} is not among the packages"))
                : graph.Nodes.Values.Where(n => isInverted ? n.Needs.Count == 0 : n.Asked.Count > 0);
            foreach (PipNode root in roots)
            {
                await cli.Out.WriteLineAsync(root.ToString());
                await BelowAsync(cli.Out, graph, root, "", isInverted, parsed.GetValue(depth), [root.Name], []);
            }

            return 0;
        });
        return command;
    }

    // What was shown with all below it is not shown so again.
    private static async Task BelowAsync(TextWriter output, PipGraph graph, PipNode node, string indent, bool isInverted, int depth, HashSet<ProjectName> open, HashSet<ProjectName> done)
    {
        (PipNode Node, string Text)[] below = isInverted
            ? [.. graph.Above(node.Name).Select(a => (a.By, $"{a.By} (needs {a.Edge.Requirement})"))]
            : [.. node.Needs.Where(e => graph.Nodes.ContainsKey(e.To)).OrderBy(e => e.To).Select(e => (graph.Nodes[e.To], graph.Nodes[e.To] + (e.Requirement == e.To.Value ? "" : $" ({e.Requirement})")))];
        for (int i = 0; depth > 0 && i < below.Length; i++)
        {
            bool isLast = i == below.Length - 1, isKnown = !done.Add(below[i].Node.Name) || open.Contains(below[i].Node.Name);
            bool hasMore = isInverted ? graph.Above(below[i].Node.Name).Any() : below[i].Node.Needs.Count > 0;
            await output.WriteLineAsync($"{indent}{(isLast ? "└── " : "├── ")}{below[i].Text}{(isKnown && hasMore ? " …" : "")}");
            if (!isKnown)
            {
                await BelowAsync(output, graph, below[i].Node, indent + (isLast ? "    " : "│   "), isInverted, depth - 1, [.. open, below[i].Node.Name], done);
            }
        }
    }
}
