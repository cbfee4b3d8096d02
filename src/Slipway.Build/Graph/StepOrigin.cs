using Slipway.Foundation.Text;

namespace Slipway.Build.Graph;

/// <summary>Where a step stands in the recipe.</summary>
/// <param name="Stage">The stage it belongs to.</param>
/// <param name="Step">The step's number within its stage, counted from 1.</param>
/// <param name="Text">The instruction as people know it: <c>RUN apt-get update</c>.</param>
/// <param name="Source">The file, or null for a step nobody wrote.</param>
/// <param name="Span">The instruction in the file.</param>
public sealed record StepOrigin(StageLabel Stage, int Step, string Text, SourceText? Source, TextSpan Span)
{
    /// <summary>The line of the instruction counted from 1, or null for a step nobody wrote.</summary>
    public int? Line => Source?.PositionAt(Span.Start).Line;

    /// <summary>The label shown in progress: <c>[builder 2/5] RUN apt-get update</c>.</summary>
    public string Label => $"[{(Stage.Platform is { } platform ? platform + " " : "")}{Stage.Name} {Step}/{Stage.StepCount}] {Text}";

    /// <summary>An error at this step.</summary>
    public DiagnosticException Error(string code, string message, string? help = null) =>
        new(new Diagnostic(Severity.Error, code, message, Source, Span, help));

    /// <summary>Does a piece of work whose mistakes, where they have no place yet, are this step's.</summary>
    public async Task<T> LocateAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (DiagnosticException e)
        {
            throw new DiagnosticException([.. e.Diagnostics.Select(d => d.Source is null ? d with { Source = Source, Span = Span } : d)]);
        }
    }
}

/// <summary>A stage's name, or <c>stage-0</c> and so on, and how many steps it has; the count is known once the stage is planned.</summary>
public sealed class StageLabel(string name)
{
    public string Name { get; } = name;

    /// <summary>The platform, when the same stage is built for several.</summary>
    public string? Platform { get; internal set; }

    public int StepCount { get; private set; }

    /// <summary>The number of one more step.</summary>
    public int NextStep() => ++StepCount;
}
