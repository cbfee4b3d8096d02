using System.Text;
using System.Text.Json.Nodes;
using Slipway.Build.Progress;
using Slipway.Cli.Rendering;
using Slipway.Foundation.Text;
using Slipway.Testing;

namespace Slipway.Cli.Tests.Rendering;

public sealed class JsonProgressTests
{
    [Fact]
    public void Every_event_is_one_line_of_JSON()
    {
        JsonObject[] lines = Run(
            new BuildPlanned(2),
            new StepStarted(new StepId(1), "RUN a", "base", 7),
            new StepLog(new StepId(1), LogSource.Error, "x\n"u8.ToArray()),
            new StepTransfer(new StepId(1), "abc", 1, null),
            new StepFinished(new StepId(1), TimeSpan.FromSeconds(1.5)),
            new StepCached(new StepId(2)),
            new StepFailed(new StepId(3), TimeSpan.Zero, "no"),
            new StepCancelled(new StepId(4)),
            new BuildNote("n"),
            new BuildWarning(new Diagnostic(Severity.Warning, "c", "m", new SourceText("f", "a\nb"), new TextSpan(2, 1)), new StepId(1)));

        Assert.Equal(
            ["planned", "started", "log", "transfer", "finished", "cached", "failed", "cancelled", "note", "warning"],
            lines.Select(line => (string?)line["event"]));
        Assert.Equal("""{"time":"2026-01-02T03:04:05+00:00","step":1,"event":"started","label":"RUN a","stage":"base","line":7}""", lines[1].ToJsonString().Replace("\\u002B", "+", StringComparison.Ordinal));
        Assert.Equal("x\n", (string?)lines[2]["text"]);
        Assert.Equal("stderr", (string?)lines[2]["stream"]);
        Assert.False(lines[3].ContainsKey("total"));
        Assert.Equal(2, (int?)lines[9]["line"]);
    }

    [Fact]
    public void Output_that_is_not_text_is_base64()
    {
        byte[] bytes = [0xE2, 0x98];
        JsonObject line = Run(new StepLog(new StepId(1), LogSource.Output, bytes))[0];
        Assert.Equal(bytes, Convert.FromBase64String((string)line["base64"]!));
        Assert.False(line.ContainsKey("text"));
    }

    private static JsonObject[] Run(params BuildEvent[] events)
    {
        var stream = new MemoryStream();
        using (var progress = new JsonProgress(stream, new FakeClock()))
        {
            foreach (BuildEvent e in events)
            {
                progress.Report(e);
            }
        }

        return [.. Encoding.UTF8.GetString(stream.ToArray()).TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!.AsObject())];
    }
}
