using System.Text.Json;
using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.Testing;

namespace Slipway.PyPi.Tests.Files;

public sealed class RequestLineTests
{
    [ConformanceFact]
    public async Task Every_line_that_people_asked_pip_for_is_read()
    {
        List<string> wrong = [];
        foreach (JsonElement row in Conformance.Rows("python/requests/requests.jsonl"))
        {
            foreach (string kind in new[] { "requirements", "constraints" })
            {
                if (!row.TryGetProperty(kind, out JsonElement lines) || lines.ValueKind != JsonValueKind.Array)
                {
                    continue;
                }

                string text = string.Join('\n', lines.EnumerateArray().Select(l => l.GetString()));
                (RequirementsFile file, IReadOnlyList<Diagnostic> problems) = await new MemoryFiles(("r.txt", text)).RequirementsAsync("r.txt", kind == "constraints");
                if (problems.Count > 0 || file.Requirements.Count != lines.GetArrayLength())
                {
                    wrong.Add($"{row.Text("id")} {kind}: {file.Requirements.Count} of {lines.GetArrayLength()} {string.Join(' ', problems)}");
                }
            }
        }

        Rows.None(wrong);
    }
}
