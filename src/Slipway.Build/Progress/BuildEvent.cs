using Slipway.Foundation.Text;

namespace Slipway.Build.Progress;

/// <summary>Something that happened. Time is not in it: whoever hears it looks at its own clock.</summary>
public abstract record BuildEvent;

/// <summary>How many steps there will be, cached ones included; may be reported again when it is known better.</summary>
public sealed record BuildPlanned(int StepCount) : BuildEvent;

/// <summary>A line for people that is neither a warning nor output of a command, such as what an IF decided.</summary>
/// <param name="Text">One or more lines, without a line end at the end.</param>
/// <param name="Step">The step it is about, or null.</param>
public sealed record BuildNote(string Text, StepId? Step = null) : BuildEvent;

/// <summary>Something looks wrong but the work goes on.</summary>
public sealed record BuildWarning(Diagnostic Diagnostic, StepId? Step = null) : BuildEvent;

/// <summary>What all events of one step have in common.</summary>
public abstract record StepEvent(StepId Step) : BuildEvent;

/// <summary>A step begins.</summary>
/// <param name="Step">A number no other step of this build has.</param>
/// <param name="Label">What people read, one line of any length: <c>[builder 2/5] RUN apt-get update</c>.</param>
/// <param name="Stage">The name of the stage, or null outside stages (exporting, pushing).</param>
/// <param name="Line">The line of the recipe, counted from 1, or null.</param>
public sealed record StepStarted(StepId Step, string Label, string? Stage = null, int? Line = null) : StepEvent(Step);

/// <summary>The step's result was taken from the cache; the step is over.</summary>
public sealed record StepCached(StepId Step) : StepEvent(Step);

/// <summary>Output of the step's command, exactly as it came: neither whole lines nor whole characters are promised.</summary>
public sealed record StepLog(StepId Step, LogSource Source, ReadOnlyMemory<byte> Bytes) : StepEvent(Step);

/// <summary>A shell on this process's terminal begins or ends (<c>--on-error shell</c>); in between nobody else may write there.</summary>
public sealed record StepShell(StepId Step, bool Open) : StepEvent(Step);

/// <summary>How far one of the step's transfers is (a layer that is pulled, pushed, unpacked or exported).</summary>
/// <param name="Step">The step.</param>
/// <param name="Item">A short name, the same in all events of the transfer: <c>sha256:1a2b3c…</c> shortened, or a file name.</param>
/// <param name="Done">Bytes so far in total, never less than before.</param>
/// <param name="Total">Bytes there will be, or null when unknown.</param>
public sealed record StepTransfer(StepId Step, string Item, long Done, long? Total) : StepEvent(Step);

/// <summary>The step is over and worked.</summary>
public sealed record StepFinished(StepId Step, TimeSpan Duration) : StepEvent(Step);

/// <summary>The step is over and did not work. The full explanation is thrown; this is its first line.</summary>
public sealed record StepFailed(StepId Step, TimeSpan Duration, string Message) : StepEvent(Step);

/// <summary>The step was given up because another failed or the user interrupted.</summary>
public sealed record StepCancelled(StepId Step) : StepEvent(Step);

/// <summary>Which stream of the command a log chunk came from.</summary>
public enum LogSource
{
    Output,
    Error,
}
