using Slipway.PyPi.Indexes;
using Slipway.PyPi.Tags;

namespace Slipway.PyPi.Solving;

/// <summary>Says which wheels there are when none of them fits.</summary>
internal static class WheelMismatch
{
    private const int MostNamed = 4;

    /// <summary>For which platforms, <c>there are wheels for macosx_11_0_arm64, win_amd64</c>; where some are for the target's, for which Pythons those are.</summary>
    public static string Describe(IReadOnlyList<IndexFile> wheels, PythonTarget target)
    {
        WheelFileName[] names = [.. wheels.Select(w => w.Wheel!)], here = [.. names.Where(n => n.PlatformTag.Split('.').Any(p => p == "any" || target.Tags.Platforms.Contains(p)))];
        return here.Length == 0
            ? $"there are wheels for {List(names.SelectMany(n => n.PlatformTag.Split('.')).Distinct().Order(StringComparer.Ordinal))}"
            : $"there are wheels for {List(here.SelectMany(Pythons).Distinct().OrderBy(Number).ThenBy(t => t, StringComparer.Ordinal))}";
    }

    // Of cp311-cp311 and cp311-cp311t the second part says more, of py3-none and cp38-abi3 the first.
    private static string[] Pythons(WheelFileName name) => (name.AbiTag is "none" or "abi3" ? name.PythonTag : name.AbiTag).Split('.');

    // cp39 comes before cp310.
    private static int Number(string tag) => int.TryParse(tag.AsSpan().TrimStart("abcdefghijklmnopqrstuvwxyz_").TrimEnd("mut"), out int number) ? number : 0;

    private static string List(IEnumerable<string> tags)
    {
        string[] all = [.. tags];
        return string.Join(", ", all.Take(MostNamed)) + (all.Length > MostNamed ? $" and {all.Length - MostNamed} more" : "");
    }
}
