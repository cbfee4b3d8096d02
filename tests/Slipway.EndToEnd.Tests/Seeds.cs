using System.Text.RegularExpressions;

namespace Slipway.EndToEnd.Tests;

/// <summary>The documents that say what users want to be able to do; they lie beside the conformance cases, outside the repository.</summary>
internal static partial class Seeds
{
    /// <summary>All fenced blocks of a document, or the test is skipped when the document is not there.</summary>
    public static IReadOnlyList<string> Blocks(string number)
    {
        var folder = Path.Combine(Path.GetDirectoryName(Testing.Conformance.Root ?? "/nowhere/x")!, "seeds");
        var file = Directory.Exists(folder) ? Directory.GetFiles(folder, number + "*").FirstOrDefault() : null;
        if (file is null)
        {
            Assert.Skip("the shared folder with the seed documents is absent");
        }

        return [.. Fence().Matches(File.ReadAllText(file!)).Select(m => m.Groups[1].Value)];
    }

    /// <summary>The first block of a document that contains all these words.</summary>
    public static string Block(string number, params string[] words) =>
        Blocks(number).First(b => words.All(w => b.Contains(w, StringComparison.Ordinal)));

    [GeneratedRegex(@"^[ ]*```[^\n`]*\n(.*?)^[ ]*```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
