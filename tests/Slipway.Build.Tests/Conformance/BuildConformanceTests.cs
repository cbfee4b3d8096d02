using Slipway.Testing;
using System.Text.Json;
using Slipway.Foundation.Text;
using Slipway.Images.Store;

namespace Slipway.Build.Tests.Conformance;

/// <summary>Whole builds: files of the result, or the refusal; commands are really run.</summary>
public sealed class BuildConformanceTests
{
    public static IEnumerable<TheoryDataRow<Case>> Rows() => [.. Case.Of("heredoc/build.jsonl"), .. Case.Of("run-mount/build.jsonl")];

    [ConformanceTheory]
    [MemberData(nameof(Rows))]
    public async Task A_build_ends_as_it_should(Case row)
    {
        using Store store = await Store.WithBusyboxAsync();
        var builds = new Builds(store);
        string recipe = row.Text("dockerfile");
        if (row.MustFail)
        {
            DiagnosticException error = await Assert.ThrowsAsync<DiagnosticException>(() => builds.BuildAsync(recipe));
            string said = string.Join('\n', error.Diagnostics.Select(d => $"{d.Message}\n{d.Help}"));
            Assert.All(row.Texts("error_contains"), part => Assert.Contains(part, said, StringComparison.OrdinalIgnoreCase));
            return;
        }

        foreach (JsonElement step in row.Steps())
        {
            foreach (JsonElement file in step.TryGetProperty("context", out JsonElement context) ? context.EnumerateArray() : default)
            {
                builds.Write(file.GetProperty("path").GetString()!, file.GetProperty("content").GetString()!);
            }

            StoredImage image = await builds.BuildAsync(recipe);
            foreach (JsonProperty file in step.TryGetProperty("files", out JsonElement files) ? files.EnumerateObject() : default)
            {
                Assert.Equal(file.Value.GetString(), await store.ReadAsync(image, file.Name));
            }
        }
    }
}
