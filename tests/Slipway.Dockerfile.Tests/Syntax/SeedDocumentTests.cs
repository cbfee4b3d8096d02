using Slipway.Testing;
using System.Text.RegularExpressions;

namespace Slipway.Dockerfile.Tests;

/// <summary>The Dockerfiles that stand in the documents this project is made for.</summary>
public sealed partial class SeedDocumentTests
{
    public static TheoryData<string, string> Blocks()
    {
        var data = new TheoryData<string, string>();
        string? folder = Testing.Conformance.Root is { } root ? Path.Combine(Path.GetDirectoryName(root)!, "seeds") : null;
        string[] files = folder is not null && Directory.Exists(folder) ? Directory.GetFiles(folder, "*.txt") : [];
        foreach (string file in files.Order(StringComparer.Ordinal))
        {
            string text = File.ReadAllText(file);
            // A block with "[..]" leaves something out, so it is no Dockerfile.
            foreach (Match block in Fence().Matches(text).Where(b => First().IsMatch(b.Groups[1].Value) && !b.Value.Contains("[..]", StringComparison.Ordinal)))
            {
                data.Add($"{Path.GetFileName(file)}@{text[..block.Index].Count(c => c == '\n') + 1}", block.Groups[1].Value);
            }
        }

        return data;
    }

    [ConformanceTheory]
    [MemberData(nameof(Blocks))]
    public void Every_Dockerfile_block_is_parsed(string place, string block)
    {
        // Some blocks show a part of a file; a stage is put before those.
        string text = block.Contains("FROM ", StringComparison.Ordinal) ? block : "FROM base\n" + block;
        DockerfileDocument document = DockerfileDocument.Parse(new Foundation.Text.SourceText(place, text));
        Assert.Empty(document.Diagnostics);
        Assert.Equal(text, document.ToString());
        Assert.NotEmpty(document.Resolve(new Dictionary<string, string>(), new Dictionary<string, string>()).Stages);
    }

    [Fact]
    public void All_five_documents_have_Dockerfiles()
    {
        if (Testing.Conformance.Root is null)
        {
            Assert.Skip("the shared folder is absent");
        }

        Assert.Equal(["000", "001", "002", "003", "004"], Blocks().Select(b => b.Data.Item1[..3]).Distinct());
    }

    [GeneratedRegex(@"^[ ]*```[^\n`]*\n(.*?)^[ ]*```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    /// <summary>The first line that says something is an instruction.</summary>
    [GeneratedRegex(@"\A(?:\s*#[^\n]*\n|\s*\n)*\s*(?:ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|RUN|SHELL|USER|WORKDIR|LABEL) ")]
    private static partial Regex First();
}
