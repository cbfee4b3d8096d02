using System.Text.Json;
using System.Text.Unicode;
using Slipway.Build.Progress;
using Slipway.Foundation.Text;

namespace Slipway.Cli.Rendering;

/// <summary>One JSON object per event and line; the schema is docs/progress-json.md, and only ever grows.</summary>
internal sealed class JsonProgress(Stream stream, TimeProvider clock) : ProgressRenderer
{
    private readonly Lock _gate = new();

    public override void Report(BuildEvent e)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("time", clock.GetUtcNow());
            if (e is StepEvent { Step: var step })
            {
                json.WriteNumber("step", step.Value);
            }

            Write(e, json);
            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        lock (_gate)
        {
            stream.Write(line.GetBuffer().AsSpan(0, (int)line.Length));
            stream.Flush();
        }
    }

    public override void Dispose() => stream.Dispose();

    private static void Write(BuildEvent e, Utf8JsonWriter json)
    {
        switch (e)
        {
            case BuildPlanned planned:
                json.WriteString("event", "planned");
                json.WriteNumber("steps", planned.StepCount);
                break;
            case StepStarted started:
                json.WriteString("event", "started");
                json.WriteString("label", started.Label);
                WriteOptional(json, "stage", started.Stage);
                WriteOptional(json, "line", started.Line);
                break;
            case StepLog log:
                json.WriteString("event", "log");
                json.WriteString("stream", log.Source == LogSource.Output ? "stdout" : "stderr");
                WriteBytes(json, log.Bytes.Span);
                break;
            case StepTransfer transfer:
                json.WriteString("event", "transfer");
                json.WriteString("item", transfer.Item);
                json.WriteNumber("done", transfer.Done);
                WriteOptional(json, "total", transfer.Total);
                break;
            case StepCached:
                json.WriteString("event", "cached");
                break;
            case StepFinished finished:
                json.WriteString("event", "finished");
                json.WriteNumber("seconds", Seconds(finished.Duration));
                break;
            case StepFailed failed:
                json.WriteString("event", "failed");
                json.WriteNumber("seconds", Seconds(failed.Duration));
                json.WriteString("message", failed.Message);
                break;
            case StepCancelled:
                json.WriteString("event", "cancelled");
                break;
            case StepShell shell:
                json.WriteString("event", "shell");
                json.WriteBoolean("open", shell.Open);
                break;
            case BuildNote note:
                json.WriteString("event", "note");
                WriteOptional(json, "step", note.Step?.Value);
                json.WriteString("text", note.Text);
                break;
            case BuildWarning warning:
                json.WriteString("event", "warning");
                WriteOptional(json, "step", warning.Step?.Value);
                Write(warning.Diagnostic, json);
                break;
        }
    }

    private static void Write(Diagnostic diagnostic, Utf8JsonWriter json)
    {
        json.WriteString("code", diagnostic.Code);
        json.WriteString("message", diagnostic.Message);
        WriteOptional(json, "help", diagnostic.Help);
        WriteOptional(json, "file", diagnostic.Source?.Path);
        WriteOptional(json, "line", diagnostic.Position?.Line);
        WriteOptional(json, "column", diagnostic.Position?.Column);
    }

    // JSON holds only text; what is not UTF-8, such as half a character at the end of a chunk, goes as base64 so that nothing is lost.
    private static void WriteBytes(Utf8JsonWriter json, ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            json.WriteString("text", bytes);
        }
        else
        {
            json.WriteBase64String("base64", bytes);
        }
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }
}
