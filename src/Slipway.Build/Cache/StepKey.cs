using Slipway.Foundation.Hashing;

namespace Slipway.Build.Cache;

/// <summary>
/// The two keys of a step (dockerfile.md B1). The quick one names the whole of every input and costs nothing; when it misses, the exact one names just
/// the content that the step reads, which may have to be hashed.
/// </summary>
/// <param name="Slot">The step's place in the recipe: finds the record of the last build, to explain a miss.</param>
/// <param name="Quick">Null when the quick key would say nothing (files of the context).</param>
/// <param name="Exact">Null when the quick key is exact already.</param>
/// <param name="IsLocal">Not worth asking a shared cache for: it is made from files of this machine.</param>
internal sealed record StepKey(string Slot, KeyBuilder? Quick, Func<CancellationToken, Task<KeyBuilder>>? Exact, bool IsLocal = false);
