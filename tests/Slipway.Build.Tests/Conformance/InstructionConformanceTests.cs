using Slipway.Testing;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Build.Tests.Frontend;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Build.Tests.Conformance;

public sealed class InstructionConformanceTests
{
    public static IEnumerable<TheoryDataRow<Case>> Conversions() => Case.Of("instructions/convert.jsonl");

    public static IEnumerable<TheoryDataRow<Case>> ErrorLines() => Case.Of("instructions/error-lines.jsonl");

    [ConformanceTheory]
    [MemberData(nameof(Conversions))]
    public async Task A_recipe_is_planned_or_refused(Case row)
    {
        var options = new PlanOptions { Target = row.Has("target") ? row.Text("target") : null };
        var images = new FakeBaseImages(("busybox", new ContainerConfig()));
        if (row.MustFail)
        {
            Assert.NotEmpty(await Planning.ErrorsAsync(row.Text("dockerfile"), options, images));
            return;
        }

        Plan plan = await Planning.PlanAsync(row.Text("dockerfile"), options, images);
        if (row.Has("labels"))
        {
            Assert.Equal(
                row.Row.GetProperty("labels").EnumerateObject().Select(l => $"{l.Name}={l.Value.GetString()}"),
                plan.Target.Config.Config.Labels.Select(l => $"{l.Key}={l.Value}"));
        }
    }

    [ConformanceTheory]
    [MemberData(nameof(ErrorLines))]
    public async Task An_error_points_at_the_lines_it_is_about(Case row)
    {
        using Store store = await Store.WithBusyboxAsync();
        DiagnosticException error = await Assert.ThrowsAsync<DiagnosticException>(() => new Builds(store).BuildAsync(row.Text("dockerfile")));
        int[] expected = [.. row.Row.GetProperty("error_lines").EnumerateArray().Select(l => l.GetInt32())];
        Assert.Contains(error.Diagnostics, d => d.Source is not null && Lines(d).SequenceEqual(expected));
    }

    private static IEnumerable<int> Lines(Diagnostic diagnostic)
    {
        int first = diagnostic.Position!.Value.Line;
        int last = diagnostic.Source!.PositionAt(Math.Max(diagnostic.Span.Start, diagnostic.Span.End - 1)).Line;
        return Enumerable.Range(first, last - first + 1);
    }
}
