using System.Text.Json;

namespace Slipway.Testing;

/// <summary>
/// The folder of conformance cases: <c>SLIPWAY_CONFORMANCE</c>, or <c>shared/conformance</c> beside a folder above the test program.
/// It is not part of the repository, so tests skip when it is absent.
/// </summary>
public static class Conformance
{
    /// <summary>The folder, or null when it is not there.</summary>
    public static string? Root { get; } = Find();

    /// <summary>The full path of a file or folder below <see cref="Root"/>, or null without it.</summary>
    public static string? PathOf(string relative) => Root is null ? null : Path.Combine(Root, relative);

    /// <summary>The rows of a <c>.jsonl</c> file; none when the folder is absent.</summary>
    public static IEnumerable<JsonElement> Rows(string relative)
    {
        if (PathOf(relative) is not { } path)
        {
            yield break;
        }

        foreach (string line in File.ReadLines(path))
        {
            using var document = JsonDocument.Parse(line);
            yield return document.RootElement.Clone();
        }
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("SLIPWAY_CONFORMANCE") is { Length: > 0 } set)
        {
            return Directory.Exists(set) ? set : null;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "conformance");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
