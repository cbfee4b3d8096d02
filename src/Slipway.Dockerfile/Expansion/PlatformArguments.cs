namespace Slipway.Dockerfile;

/// <summary>The arguments every file has without declaring them; a stage sees one after <c>ARG name</c>.</summary>
public static class PlatformArguments
{
    /// <summary>TARGETPLATFORM, TARGETOS, … BUILDVARIANT and TARGETSTAGE.</summary>
    /// <param name="targetPlatform">What is built, such as <c>linux/arm64/v8</c>.</param>
    /// <param name="buildPlatform">What it is built on.</param>
    /// <param name="targetStage">The stage asked for, or null for the last one of the file when that has no name.</param>
    public static IReadOnlyDictionary<string, string> Of(string targetPlatform, string buildPlatform, string? targetStage)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(values, "TARGET", targetPlatform);
        Add(values, "BUILD", buildPlatform);
        values["TARGETSTAGE"] = targetStage ?? "default";
        return values;
    }

    private static void Add(Dictionary<string, string> values, string prefix, string platform)
    {
        string[] parts = platform.Split('/');
        values[prefix + "PLATFORM"] = platform;
        values[prefix + "OS"] = parts[0];
        values[prefix + "OSVERSION"] = "";
        values[prefix + "ARCH"] = parts.ElementAtOrDefault(1) ?? "";
        values[prefix + "VARIANT"] = parts.ElementAtOrDefault(2) ?? "";
    }
}
