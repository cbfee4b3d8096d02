using System.Text;

namespace Slipway.Build.Graph;

/// <summary>Prints a plan for people: decisions, then each stage's operations with their inputs, then the image's configuration.</summary>
public static class PlanPrinter
{
    public static string Print(Plan plan)
    {
        var text = new StringBuilder();
        foreach (PlannedDecision decision in plan.Decisions)
        {
            text.Append($"line {decision.Line}: {decision.Text}\n");
        }

        Dictionary<Operation, int> numbers = [];
        foreach (PlannedStage stage in plan.Stages)
        {
            text.Append($"stage {stage.Name}{(stage.Index == plan.Target.Index ? " (target)" : "")}\n");
            Operations(stage.FileSystem, numbers, text);
        }

        text.Append("image\n");
        List("environment", plan.Target.Config.Config.Env, text);
        Line("user", plan.Target.Config.Config.User, text);
        Line("directory", plan.Target.Config.Config.WorkingDir, text);
        List("entrypoint", plan.Target.Config.Config.Entrypoint, text);
        List("command", plan.Target.Config.Config.Cmd, text);
        List("ports", plan.Target.Config.Config.ExposedPorts, text);
        List("labels", [.. plan.Target.Config.Config.Labels.Select(l => $"{l.Key}={l.Value}")], text);
        return text.ToString();
    }

    private static void Operations(Operation operation, Dictionary<Operation, int> numbers, StringBuilder text)
    {
        if (numbers.ContainsKey(operation))
        {
            return;
        }

        foreach (Operation input in operation.Inputs)
        {
            Operations(input, numbers, text);
        }

        int number = numbers[operation] = numbers.Count + 1;
        string inputs = operation.Inputs.Count == 0 ? "" : " <- " + string.Join(", ", operation.Inputs.Select(i => $"#{numbers[i]}"));
        string line = operation.Origin.Line is { } at ? $"line {at}: " : "";
        text.Append($"  #{number} {line}{operation.Origin.Text.ReplaceLineEndings(" ")}{inputs}\n");
    }

    private static void Line(string name, string? value, StringBuilder text)
    {
        if (!string.IsNullOrEmpty(value))
        {
            text.Append($"  {name}: {value}\n");
        }
    }

    private static void List(string name, IReadOnlyCollection<string> values, StringBuilder text)
    {
        if (values.Count > 0)
        {
            text.Append($"  {name}: {string.Join(' ', values)}\n");
        }
    }
}
