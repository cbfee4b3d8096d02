namespace Slipway.Cli.Rendering;

/// <summary>
/// Composes the moving part at the bottom of the terminal: a heading, and for every running step its line, its transfers and its last output.
/// The result never has more rows than fit; when there is too little room, output goes first, then long labels are shortened (they show in full when the step
/// ends), then steps are counted instead of shown.
/// </summary>
internal sealed class TtyFrame(TtyStyle style, TimeProvider clock)
{
    private const int TailRows = 5;
    private const int TransferRows = 6;
    private const int WidestBar = 24;

    /// <param name="heading">The first row.</param>
    /// <param name="steps">The running steps, oldest first.</param>
    /// <param name="columns">The greatest width of a row.</param>
    /// <param name="rows">The greatest number of rows.</param>
    public List<string> Compose(string heading, IReadOnlyList<TtyStep> steps, int columns, int rows)
    {
        List<string> frame = [Rows.Fit(heading, columns, style.Unicode)];
        List<List<string>> lines = [.. steps.Select(step => StepLine(step, columns))];
        int room = rows - 1 - lines.Sum(line => line.Count);
        if (room < 0)
        {
            lines = [.. lines.Select(line => new List<string> { Rows.Fit(line[0], columns, style.Unicode) })];
            room = rows - 1 - lines.Count;
        }

        int shown = room >= 0 ? lines.Count : Math.Max(0, rows - 2);
        for (int i = 0; i < shown; i++)
        {
            frame.AddRange(lines[i]);

            // Each step may use an equal share of what is left, so that a talkative one does not hide the others.
            List<string> details = Details(steps[i], columns, Math.Max(0, room) / (shown - i));
            frame.AddRange(details);
            room -= details.Count;
        }

        if (shown < steps.Count && frame.Count < rows)
        {
            frame.Add(Rows.Fit($"   and {steps.Count - shown} more running", columns, style.Unicode));
        }

        return frame;
    }

    /// <summary>The bytes of all transfers of a step, or nothing: <c>12MB / 45MB  </c>.</summary>
    public static string TransferSum(TtyStep step)
    {
        if (step.Transfers.Count == 0)
        {
            return "";
        }

        long done = step.Transfers.Sum(t => t.Done);
        long total = step.Transfers.Sum(t => t.Total ?? t.Done);
        return done >= total ? $"{Amounts.Bytes(done)}  " : $"{Amounts.Bytes(done)} / {Amounts.Bytes(total)}  ";
    }

    private List<string> StepLine(TtyStep step, int columns) =>
        TtyStyle.StepRows(style.Running, step.Label, TransferSum(step) + Amounts.Time(clock.GetElapsedTime(step.Started)), columns);

    private List<string> Details(TtyStep step, int columns, int room)
    {
        List<string> details = [];
        foreach (TtyTransfer transfer in step.Transfers.Where(t => !t.IsComplete).Take(Math.Min(room, TransferRows)))
        {
            details.Add(Rows.Fit(TransferLine(transfer, columns), columns, style.Unicode));
        }

        string prefix = $"   {style.Gutter} ";
        int tailRoom = Math.Min(TailRows, room - details.Count);
        List<string> tail = [.. step.Tail.SelectMany(line => Rows.Wrap(line, columns - Rows.Width(prefix), ""))];
        details.AddRange(tail.Skip(Math.Max(0, tail.Count - tailRoom)).Take(Math.Max(0, tailRoom)).Select(row => prefix + row + (style.Colour ? Ansi.Reset : "")));
        return details;
    }

    // In a narrow window the bar gives way first, then the rate.
    private string TransferLine(TtyTransfer transfer, int columns)
    {
        double seconds = clock.GetElapsedTime(transfer.Started).TotalSeconds;
        string rate = seconds >= 0.5 ? $"  {Amounts.Bytes((long)(transfer.Done / seconds))}/s" : "";
        if (transfer.Total is not { } total)
        {
            return $"   {transfer.Item} {Amounts.Bytes(transfer.Done)}{rate}";
        }

        string amount = $"{Amounts.Bytes(transfer.Done)} / {Amounts.Bytes(total)}";
        int room = columns - Rows.Width($"   {transfer.Item}  {amount}");
        int bar = Math.Clamp(room - rate.Length, 0, WidestBar);
        return $"   {transfer.Item} {style.Bar(transfer.Done, total, bar)} {amount}{(rate.Length <= room ? rate : "")}";
    }
}
