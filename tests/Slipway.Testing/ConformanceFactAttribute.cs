using System.Runtime.CompilerServices;
using Xunit;

namespace Slipway.Testing;

/// <summary>
/// A fact over all the recorded cases of a file at once, for files of thousands of rows that take microseconds each;
/// without the folder of <see cref="Conformance"/> it is skipped, and says so.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ConformanceFactAttribute : FactAttribute
{
    public ConformanceFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) =>
        Skip = Conformance.Root is null ? "the folder of conformance cases is absent" : null;
}
