namespace Slipway.PyPi.Versions;

/// <summary>The stage of a pre-release, in the order of PEP 440.</summary>
public enum PreReleaseStage
{
    Alpha,
    Beta,
    Candidate,
}

/// <summary>The <c>a1</c>, <c>b2</c> or <c>rc3</c> of a version.</summary>
public readonly record struct PreRelease(PreReleaseStage Stage, long Number)
{
    /// <summary>The normal spelling of the stage: <c>a</c>, <c>b</c> or <c>rc</c>.</summary>
    public string Letter => Stage switch { PreReleaseStage.Alpha => "a", PreReleaseStage.Beta => "b", _ => "rc" };

    public override string ToString() => Letter + Number;
}
