namespace Slipway.Build.Progress;

/// <summary>
/// Hears what happens in a build, a pull, a push or an export.
/// <para>
/// Any thread may report at any time; an implementation takes each event whole and returns quickly. The events of one step come
/// in this order: <see cref="StepStarted"/>; any number of <see cref="StepLog"/>, <see cref="StepTransfer"/> and
/// <see cref="BuildNote"/>; then exactly one of <see cref="StepFinished"/>, <see cref="StepCached"/>,
/// <see cref="StepFailed"/>, <see cref="StepCancelled"/>. A step may be started with its end already known
/// (a cached step: started, cached). Events of different steps are in no order.
/// </para>
/// </summary>
public interface IBuildProgress
{
    void Report(BuildEvent e);
}
