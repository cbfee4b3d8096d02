namespace Slipway.Resolution.Searching;

/// <summary>A dependency that waits for a name: as long as that name is not there, it says nothing.</summary>
/// <param name="Origin">The dependency.</param>
/// <param name="Conditions">The alternative of its condition that is meant.</param>
internal readonly record struct Waiting(RuleOrigin Origin, List<VersionSetId> Conditions);

/// <summary>Dependencies on names that have not been fetched, and perhaps never are: constraints, and those with conditions.</summary>
internal sealed class WaitingRoom
{
    private readonly Dictionary<NameId, List<Waiting>> _waiting = [];
    private readonly Queue<Waiting> _awake = new();

    public void Add(NameId name, Waiting waiting)
    {
        if (!_waiting.TryGetValue(name, out List<Waiting>? list))
        {
            _waiting.Add(name, list = []);
        }

        list.Add(waiting);
    }

    /// <summary>The name was fetched.</summary>
    public void Wake(NameId name)
    {
        if (_waiting.Remove(name, out List<Waiting>? waiting))
        {
            waiting.ForEach(_awake.Enqueue);
        }
    }

    public bool TryTakeAwake(out Waiting waiting) => _awake.TryDequeue(out waiting);
}
