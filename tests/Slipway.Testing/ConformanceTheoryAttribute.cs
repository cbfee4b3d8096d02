using System.Runtime.CompilerServices;
using Xunit;
using Xunit.v3;

namespace Slipway.Testing;

/// <summary>A theory over the recorded cases of <see cref="Conformance"/>; without that folder it is skipped, and says so.</summary>
[XunitTestCaseDiscoverer(typeof(TheoryDiscoverer))]
[AttributeUsage(AttributeTargets.Method)]
public sealed class ConformanceTheoryAttribute : TheoryAttribute
{
    public ConformanceTheoryAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) =>
        Skip = Conformance.Root is null ? "the folder of conformance cases is absent" : null;
}
