namespace Slipway.Build.Progress;

/// <summary>Names a step within one build. Plain output shows it as <c>#3</c>, so it is small, from 1, in the order of starting.</summary>
public readonly record struct StepId(int Value)
{
    public override string ToString() => $"#{Value}";
}
