using System.Collections.Concurrent;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Registry.Policy;

namespace Slipway.Images.Registry;

/// <summary>
/// What went wrong with mirrors in this run. A mirror that does not answer is not asked again; one that sent wrong bytes is not asked for these again. Each trouble is
/// told once: the work goes on, but nobody should have to find out from a bill or a slow morning that a mirror is dead.
/// </summary>
internal sealed class MirrorFailures(Action<Diagnostic> warn)
{
    private readonly ConcurrentDictionary<string, bool> _dead = new(), _told = new();
    private readonly ConcurrentDictionary<(string, Digest), bool> _wrong = new();

    /// <summary>Whether there is sense in asking the mirror (for this blob).</summary>
    public bool IsWorthAsking(RegistryPlace mirror, Digest? blob) =>
        !_dead.ContainsKey(mirror.Registry) && (blob is null || !_wrong.ContainsKey((mirror.Name, blob.Value)));

    /// <summary>The mirror could not be used; the next place is asked.</summary>
    /// <param name="mirror">The mirror.</param>
    /// <param name="image">What was asked for.</param>
    /// <param name="failure">What happened.</param>
    public void Add(RegistryPlace mirror, string image, Exception failure)
    {
        Diagnostic? known = (failure as DiagnosticException)?.Diagnostics[0];
        if (failure is HttpFailureException)
        {
            _dead[mirror.Registry] = true;
        }

        // A dead host is one trouble; others belong to the repository.
        if (_told.TryAdd(known is null ? mirror.Registry : $"{mirror.Name} {known.Code}", true))
        {
            ConfigMark mark = mirror.Mirror!.Mark;
            warn(new Diagnostic(
                Severity.Warning, "mirror-failed", $"the mirror {mirror.Name} of {image} is passed over: {known?.Message ?? failure.Message}",
                mark.Source, mark.Span, known?.Help));
        }
    }

    /// <summary>The mirror sent bytes that are not those of the digest.</summary>
    public void AddWrong(RegistryPlace mirror, string image, Digest blob)
    {
        _wrong[(mirror.Name, blob)] = true;
        Add(mirror, image, new DiagnosticException(
            "corrupt-blob", $"it sent wrong bytes for {blob}; nothing of them was kept.", "what is damaged there must be removed there; until then the other places are asked"));
    }
}
