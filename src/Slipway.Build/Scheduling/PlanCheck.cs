using Slipway.Build.Graph;
using Slipway.Build.Sources;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.Images.Store;
using Slipway.Sandbox.Hosts;

namespace Slipway.Build.Scheduling;

/// <summary>Looks through plans before anything is run for what this machine cannot do; everything is said at once.</summary>
/// <param name="store">Knows which layers are here.</param>
/// <param name="sources">Knows which downloads and repositories are here.</param>
/// <param name="programs">Knows the emulators.</param>
public sealed class PlanCheck(ImageStore store, RemoteSources sources, ForeignPrograms programs)
{
    /// <exception cref="DiagnosticException">A RUN is for a processor whose programs do not run here, or, offline, something would have to be fetched.</exception>
    public async Task RunAsync(IReadOnlyList<Plan> plans, CancellationToken cancellationToken)
    {
        Operation[] operations = [.. plans.SelectMany(plan => plan.Operations()).DistinctBy(operation => operation.Definition)];
        List<Diagnostic> problems = [.. plans.SelectMany(plan => plan.Missing), .. operations.OfType<RunOperation>().Select(Foreign).OfType<Diagnostic>()];
        if (sources.Options.Offline)
        {
            problems.AddRange(await MissingAsync(operations, cancellationToken));
            if (problems.Count > 0)
            {
                problems.AddRange(operations.OfType<ImageOperation>().Select(Absent).OfType<Diagnostic>());
            }
        }

        if (problems.Count > 0)
        {
            throw new DiagnosticException([.. problems.DistinctBy(problem => (problem.Message, problem.Position)).OrderBy(problem => problem.Source?.Path, StringComparer.Ordinal).ThenBy(problem => problem.Span.Start)]);
        }
    }

    private Diagnostic? Foreign(RunOperation run)
    {
        Platform platform = run.Platform;
        return platform.Os != "linux" || programs.WhyNot(platform.Architecture, Platform.Host.Architecture) is { } why
            ? new Diagnostic(
                Severity.Error, "foreign-platform", $"this RUN is for {platform}, whose programs do not run on this {Platform.Host} machine: {Why()}",
                run.Origin.Source, run.Origin.Span,
                "on Debian and Ubuntu: apt-get install qemu-user-static binfmt-support; or run it on the machine's own platform (FROM --platform=$BUILDPLATFORM) and COPY the result")
            : null;

        string Why() => platform.Os != "linux" ? $"only Linux containers are built here" : programs.WhyNot(platform.Architecture, Platform.Host.Architecture)!;
    }

    private async Task<List<Diagnostic>> MissingAsync(IEnumerable<Operation> operations, CancellationToken cancellationToken)
    {
        List<Diagnostic> missing = [];
        foreach (CopyOperation copy in operations.OfType<CopyOperation>())
        {
            foreach (CopyItem item in copy.Copy.Items)
            {
                string? what = item.From switch
                {
                    HttpSource http when await sources.Downloads.FindAsync(http.Url, cancellationToken) is null => $"the download {Foundation.Http.SafeAddress.Of(http.Url)}",
                    GitSource git when !await sources.Repositories.IsHereAsync(git.Address, cancellationToken) => $"the repository {git.Address.Shown}",
                    _ => null,
                };
                if (what is not null)
                {
                    missing.Add(Missing(copy.Origin, $"{what} is not here, and --offline forbids to fetch it", "build once without --offline"));
                }
            }
        }

        return missing;
    }

    // Whether layers are needed is known only when the steps are looked up, so they are named only beside what is certainly missing.
    private Diagnostic? Absent(ImageOperation image) =>
        image.Image.Reference is { } name && image.Image.Config.DiffIds.Count(layer => !store.Layers.Exists(layer)) is > 0 and var count
            ? Missing(image.Origin, $"{count} of the layers of {name.Familiar} are not here; a step that reads them would need them", $"get them: slipway pull {name.Familiar}")
            : null;

    private static Diagnostic Missing(StepOrigin origin, string message, string help) =>
        new(Severity.Error, Frontend.BaseImageOptions.OfflineCode, message, origin.Source, origin.Span, help);
}
