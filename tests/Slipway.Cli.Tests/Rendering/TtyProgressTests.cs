using System.Text;
using Slipway.Build.Progress;
using Slipway.Cli.Rendering;
using Slipway.Testing;

namespace Slipway.Cli.Tests.Rendering;

public sealed class TtyProgressTests
{
    private readonly FakeClock _clock = new();

    [Fact]
    public void A_running_step_shows_its_time_and_its_last_lines()
    {
        var terminal = new FakeTerminal(60, 24);
        using var progress = new TtyProgress(terminal, _clock);
        progress.Report(new StepStarted(new StepId(1), "[base 1/2] RUN make"));
        Log(progress, 1, "compiling a\ncompiling b\nlink");
        _clock.Advance(TimeSpan.FromSeconds(1.2));

        Assert.Equal(
            [
                "[+] 1.2s  0 steps done",
                " › [base 1/2] RUN make" + new string(' ', 33) + "1.2s",
                "   │ compiling a",
                "   │ compiling b",
                "   │ link",
            ],
            terminal.Lines);
    }

    [Fact]
    public void Ended_steps_become_lasting_lines_above_the_running_ones()
    {
        var terminal = new FakeTerminal(50, 24);
        using var progress = new TtyProgress(terminal, _clock);
        progress.Report(new BuildPlanned(4));
        progress.Report(new StepStarted(new StepId(1), "[1/2] FROM debian"));
        progress.Report(new StepStarted(new StepId(2), "[2/2] RUN true"));
        progress.Report(new StepStarted(new StepId(3), "[2/2] COPY . ."));
        _clock.Advance(TimeSpan.FromSeconds(1));
        progress.Report(new StepCached(new StepId(1)));
        progress.Report(new StepFinished(new StepId(3), TimeSpan.FromSeconds(0.5)));
        _clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(
            [
                " ✓ [1/2] FROM debian                       CACHED",
                " ✓ [2/2] COPY . .                            0.5s",
                "[+] 1.1s  2 of 4 steps done",
                " › [2/2] RUN true                            1.1s",
            ],
            terminal.Lines);
    }

    [Fact]
    public void Disposing_leaves_only_lasting_lines_and_a_summary()
    {
        var terminal = new FakeTerminal(50, 24);
        var progress = new TtyProgress(terminal, _clock);
        progress.Report(new StepStarted(new StepId(1), "a"));
        progress.Report(new StepStarted(new StepId(2), "b"));
        Log(progress, 1, "noise\n");
        _clock.Advance(TimeSpan.FromSeconds(1));
        progress.Report(new StepFailed(new StepId(1), TimeSpan.FromSeconds(1), "exit code 3"));
        progress.Dispose();

        Assert.Equal(
            [
                " ✗ a                                  FAILED 1.0s",
                " - b                                     CANCELED",
                "[+] 2 steps in 1.0s",
            ],
            terminal.Lines);
    }

    [Fact]
    public void A_long_label_is_broken_and_nothing_of_it_is_lost()
    {
        var terminal = new FakeTerminal(30, 24);
        var progress = new TtyProgress(terminal, _clock);
        string label = "RUN " + string.Concat(Enumerable.Range(0, 30).Select(i => $"{i:00}-"));
        progress.Report(new StepStarted(new StepId(1), label));
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Contains(label, string.Concat(terminal.Lines.Skip(1).Select(line => line.Trim())).Replace("› ", "", StringComparison.Ordinal));

        progress.Report(new StepFinished(new StepId(1), TimeSpan.FromSeconds(2)));
        progress.Dispose();
        Assert.Contains(label, string.Concat(terminal.Lines));
        Assert.Contains("2.0s", string.Concat(terminal.Lines));
    }

    [Fact]
    public void More_running_steps_than_rows_are_counted()
    {
        var terminal = new FakeTerminal(40, 8);
        using var progress = new TtyProgress(terminal, _clock);
        for (int i = 1; i <= 20; i++)
        {
            progress.Report(new StepStarted(new StepId(i), $"step {i}"));
            Log(progress, i, "line\n");
        }

        for (int i = 0; i < 30; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(0.1));
        }

        Assert.Equal(7, terminal.Lines.Length);
        Assert.EndsWith("and 15 more running", terminal.Lines[^1]);
    }

    [Fact]
    public void A_window_made_narrower_leaves_no_old_rows_behind()
    {
        var terminal = new FakeTerminal(60, 24);
        using var progress = new TtyProgress(terminal, _clock);
        progress.Report(new StepStarted(new StepId(1), "RUN something with a label of fifty characters"));
        Log(progress, 1, "a line of output that is nearly sixty cells wide......\n");
        _clock.Advance(TimeSpan.FromSeconds(1));
        terminal.Narrow(30);
        _clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Single(terminal.Lines, line => line.Contains("[+]", StringComparison.Ordinal));
        Assert.Single(terminal.Lines, line => line.Contains("RUN something", StringComparison.Ordinal));
    }

    [Fact]
    public void Wide_characters_and_escapes_in_output_do_not_break_rows()
    {
        var terminal = new FakeTerminal(24, 24);
        using var progress = new TtyProgress(terminal, _clock);
        progress.Report(new StepStarted(new StepId(1), "RUN"));
        Log(progress, 1, "\e[31m星雲星雲星雲星雲星雲\e[0m\e[2J\e]0;title\a!\n\tx\rdone\n");
        _clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(["   │ 星雲星雲星雲星雲星", "   │ 雲!", "   │ done"], terminal.Lines[2..]);
        Assert.DoesNotContain("\e[2J", terminal.Raw.ToString());
    }

    [Fact]
    public void A_transfer_shows_a_bar_with_bytes_and_rate()
    {
        var terminal = new FakeTerminal(80, 24);
        using var progress = new TtyProgress(terminal, _clock);
        progress.Report(new StepStarted(new StepId(1), "FROM debian"));
        progress.Report(new StepTransfer(new StepId(1), "0123456789ab", 0, 40_000_000));
        _clock.Advance(TimeSpan.FromSeconds(1));
        progress.Report(new StepTransfer(new StepId(1), "0123456789ab", 10_000_000, 40_000_000));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.EndsWith("10MB / 40MB  2.0s", terminal.Lines[1]);
        Assert.Equal("   0123456789ab ━━━━━━──────────────────10MB / 40MB  5MB/s".Replace("─10", "─ 10", StringComparison.Ordinal), terminal.Lines[2]);
    }

    [Theory]
    [InlineData(48)]
    [InlineData(40)]
    [InlineData(30)]
    public void In_a_narrow_window_the_bytes_of_a_transfer_stay(int columns)
    {
        var terminal = new FakeTerminal(columns, 24);
        using var progress = new TtyProgress(terminal, _clock);
        progress.Report(new StepStarted(new StepId(1), "FROM debian"));
        progress.Report(new StepTransfer(new StepId(1), "0123456789ab", 10_000_000, 40_000_000));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("10MB / 40MB", terminal.Lines[2]);
        Assert.All(terminal.Lines, line => Assert.True(line.Length < columns));
    }

    [Fact]
    public void Each_frame_is_one_write()
    {
        var terminal = new FakeTerminal(80, 24);
        using var progress = new TtyProgress(terminal, _clock);
        progress.Report(new StepStarted(new StepId(1), "a"));
        progress.Report(new StepStarted(new StepId(2), "b"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, terminal.Writes);
    }

    [Fact]
    public void Without_unicode_and_colour_only_ascii_is_written()
    {
        var terminal = new FakeTerminal(80, 24) { Unicode = false };
        using var progress = new TtyProgress(terminal, _clock);
        progress.Report(new StepStarted(new StepId(1), "a"));
        progress.Report(new StepTransfer(new StepId(1), "x", 1, 2));
        Log(progress, 1, "\e[31mred\e[0m\n");
        _clock.Advance(TimeSpan.FromSeconds(1));
        progress.Report(new StepFinished(new StepId(1), TimeSpan.FromSeconds(1)));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(Encoding.UTF8.GetByteCount(terminal.Raw.ToString()) == terminal.Raw.Length);
        Assert.DoesNotContain("\e[3", terminal.Raw.ToString());
    }

    private static void Log(TtyProgress progress, int step, string text) =>
        progress.Report(new StepLog(new StepId(step), LogSource.Output, Encoding.UTF8.GetBytes(text)));
}
