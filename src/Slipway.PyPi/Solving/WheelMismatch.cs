using Slipway.PyPi.Indexes;
using Slipway.PyPi.Tags;

namespace Slipway.PyPi.Solving;

/// <summary>Says which wheels there are when none of them fits.</summary>
internal static class WheelMismatch
{
    private const int MostNamed = 4;

    /// <summary>For instance <c>there are wheels for cp310 to cp312 on win_amd64, macosx_11_0_arm64</c>: only the Pythons or only the platforms when the others are not the trouble.</summary>
    public static string Describe(IReadOnlyList<IndexFile> wheels, PythonTarget target)
    {
        WheelFileName[] names = [.. wheels.Select(w => w.Wheel!)];
        string[] platforms = [.. names.SelectMany(n => n.PlatformTag.Split('.')).Distinct().Order(StringComparer.Ordinal)];
        string[] pythons = [.. names.Select(n => n.AbiTag is "none" or "abi3" ? n.PythonTag : n.AbiTag).SelectMany(t => t.Split('.')).Distinct().OrderBy(Number).ThenBy(t => t, StringComparer.Ordinal)];
        bool platformFits = platforms.Any(p => p == "any" || target.Tags.Platforms.Contains(p));
        return platformFits ? $"there are wheels for {List(pythons)}" : $"there are wheels for {List(platforms)}";
    }

    // cp39 comes before cp310.
    private static int Number(string tag) => int.TryParse(tag.AsSpan().TrimStart("abcdefghijklmnopqrstuvwxyz_").TrimEnd("mut"), out int number) ? number : 0;

    private static string List(string[] tags) => string.Join(", ", tags.Take(MostNamed)) + (tags.Length > MostNamed ? $" and {tags.Length - MostNamed} more" : "");
}
