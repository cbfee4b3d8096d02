using System.Globalization;
using Slipway.Dockerfile;

namespace Slipway.Lint;

/// <summary>Which stages a stage is built on or takes files from.</summary>
internal sealed class StageGraph
{
    private readonly IReadOnlyList<Stage> _stages;
    private readonly IReadOnlyList<string> _images;

    /// <param name="stages">All stages.</param>
    /// <param name="images">The expanded base of each.</param>
    public StageGraph(IReadOnlyList<Stage> stages, IReadOnlyList<string> images) => (_stages, _images) = (stages, images);

    /// <summary>The earlier stage this one is built on, or null for an image.</summary>
    public Stage? BaseOf(Stage stage) => ByName(_images[stage.Index], stage.Index);

    /// <summary>The indices of a stage and of all it needs.</summary>
    public HashSet<int> Needed(Stage target)
    {
        var needed = new HashSet<int>();
        var open = new Stack<Stage>([target]);
        while (open.TryPop(out Stage? stage))
        {
            if (!needed.Add(stage.Index))
            {
                continue;
            }

            // Whichever branches are taken: the question is what could be needed.
            foreach (Stage source in Node.Flatten(stage.Body).SelectMany(References).Select(Find).OfType<Stage>())
            {
                open.Push(source);
            }

            if (BaseOf(stage) is { } below)
            {
                open.Push(below);
            }
        }

        return needed;
    }

    /// <summary>A stage by name or index; null when there is none.</summary>
    public Stage? Find(string name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? _stages.ElementAtOrDefault(index)
            : ByName(name, _stages.Count);

    private static IEnumerable<string> References(Instruction instruction)
    {
        switch (instruction)
        {
            case CopyInstruction { From: { } from }:
                return [from.Text];
            case RunInstruction run:
                return run.Mounts.Select(FromOf).OfType<string>();
            default:
                return [];
        }
    }

    private static string? FromOf(Word mount)
    {
        try
        {
            return RunMount.Parse(mount.Text, value => value).From;
        }
        catch (FormatException)
        {
            return null; // a value that only makes sense expanded; the walk reports real mistakes
        }
    }

    private Stage? ByName(string name, int before) =>
        _stages.Take(before).LastOrDefault(s => string.Equals(s.Name, name, StringComparison.OrdinalIgnoreCase));
}
