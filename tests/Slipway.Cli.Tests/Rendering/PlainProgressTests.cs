using System.Text;
using Slipway.Build.Progress;
using Slipway.Cli.Rendering;
using Slipway.Foundation.Text;
using Slipway.Testing;

namespace Slipway.Cli.Tests.Rendering;

public sealed class PlainProgressTests : IDisposable
{
    private readonly FakeClock _clock = new();
    private readonly StringWriter _text = new();
    private readonly PlainProgress _progress;

    public PlainProgressTests() => _progress = new PlainProgress(_text, new DiagnosticRenderer(colour: false), _clock, terminal: false);

    public void Dispose()
    {
        _progress.Dispose();
        _text.Dispose();
    }

    [Fact]
    public void A_step_is_its_label_its_timed_output_and_its_end()
    {
        _progress.Report(new StepStarted(new StepId(3), "[builder 2/5] RUN make"));
        _clock.Advance(TimeSpan.FromSeconds(0.532));
        Log(3, "output line\nhalf");
        Log(3, " a line\n");
        _progress.Report(new StepFinished(new StepId(3), TimeSpan.FromSeconds(1.25)));

        Assert.Equal("#3 [builder 2/5] RUN make\n#3 0.532 output line\n#3 0.532 half a line\n#3 DONE 1.2s\n", _text.ToString());
    }

    [Theory]
    [InlineData(true, "#1 0.000 \e[31mred\e[0m and plain\e[0m\n")]
    [InlineData(false, "#1 0.000 \e[31mred\e[0m\e[2J\e]0;title\a and plain\n")]
    public void On_a_terminal_output_keeps_its_colours_and_cannot_steer_it(bool terminal, string expected)
    {
        using var text = new StringWriter();
        using var progress = new PlainProgress(text, new DiagnosticRenderer(colour: false), _clock, terminal);
        progress.Report(new StepStarted(new StepId(1), "RUN\e[2J x"));
        progress.Report(new StepLog(new StepId(1), LogSource.Output, Encoding.UTF8.GetBytes("\e[31mred\e[0m\e[2J\e]0;title\a and plain\n")));
        Assert.StartsWith("#1 RUN x\n", text.ToString());
        Assert.EndsWith(expected, text.ToString());
    }

    [Fact]
    public void Output_of_parallel_steps_is_told_apart()
    {
        _progress.Report(new StepStarted(new StepId(1), "a"));
        _progress.Report(new StepStarted(new StepId(2), "b"));
        Log(1, "x\n");
        _progress.Report(new StepCached(new StepId(2)));
        Assert.Equal("#1 a\n\n#2 b\n\n#1 a\n#1 0.000 x\n\n#2 b\n#2 CACHED\n", _text.ToString());
    }

    [Fact]
    public void An_unfinished_line_comes_before_the_end_of_its_step()
    {
        _progress.Report(new StepStarted(new StepId(1), "a"));
        Log(1, "no line end");
        _progress.Report(new StepFailed(new StepId(1), TimeSpan.Zero, "exit code 1"));
        Assert.EndsWith("#1 0.000 no line end\n#1 ERROR: exit code 1\n", _text.ToString());
    }

    [Fact]
    public void Characters_split_over_chunks_are_put_together()
    {
        _progress.Report(new StepStarted(new StepId(1), "a"));
        byte[] star = Encoding.UTF8.GetBytes("★\n");
        _progress.Report(new StepLog(new StepId(1), LogSource.Output, star.AsMemory(0, 1)));
        _progress.Report(new StepLog(new StepId(1), LogSource.Output, star.AsMemory(1)));
        Assert.EndsWith("#1 0.000 ★\n", _text.ToString());
    }

    [Fact]
    public void A_transfer_is_told_at_its_start_at_its_end_and_now_and_then()
    {
        _progress.Report(new StepStarted(new StepId(1), "pull"));
        for (int i = 0; i <= 100; i++)
        {
            _progress.Report(new StepTransfer(new StepId(1), "abc", i * 1_000_000L, 100_000_000));
            _clock.Advance(TimeSpan.FromSeconds(0.1));
        }

        Assert.Equal(
            "#1 pull\n#1 0.000 abc 0B / 100MB\n#1 5.000 abc 50MB / 100MB\n#1 10.000 abc 100MB / 100MB done\n", _text.ToString());
    }

    [Fact]
    public void Warnings_and_notes_are_lines_of_their_step()
    {
        var source = new SourceText("Dockerfile", "FROM a\nCOPY x y\n");
        _progress.Report(new StepStarted(new StepId(1), "a"));
        _progress.Report(new BuildNote("line 3: IF is true\nline 5: ELSE", new StepId(1)));
        _progress.Report(new BuildWarning(new Diagnostic(Severity.Warning, "odd", "This is odd.", source, new TextSpan(7, 4))));
        Assert.Equal(
            "#1 a\n#1 line 3: IF is true\n#1 line 5: ELSE\nDockerfile:2:1: warning: This is odd. [odd]\n    2 | COPY x y\n        ^^^^\n",
            _text.ToString());
    }

    private void Log(int step, string text) =>
        _progress.Report(new StepLog(new StepId(step), LogSource.Output, Encoding.UTF8.GetBytes(text)));
}
