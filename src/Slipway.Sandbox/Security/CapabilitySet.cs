using System.Globalization;

namespace Slipway.Sandbox.Security;

/// <summary>A set of capabilities, as the kernel writes it: bit n is capability n.</summary>
internal readonly record struct CapabilitySet(ulong Bits)
{
    public static CapabilitySet Empty => default;

    /// <summary>Reads the bounding set off the text of <c>/proc/self/status</c> (proc_pid_status(5)).</summary>
    public static CapabilitySet BoundingSetIn(string status)
    {
        string line = status.Split('\n').First(l => l.StartsWith("CapBnd:", StringComparison.Ordinal));
        return new CapabilitySet(ulong.Parse(line["CapBnd:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    /// <summary>Those of <paramref name="wanted"/> that are in the set, in the order of their numbers.</summary>
    public IReadOnlyList<string> Intersect(IReadOnlyList<string> wanted)
    {
        ulong bits = Bits;
        return [.. CapabilityNames.All.Where((name, number) => (bits & (1UL << number)) != 0 && wanted.Contains(name))];
    }
}
