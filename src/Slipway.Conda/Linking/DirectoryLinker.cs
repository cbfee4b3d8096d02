using Slipway.Packages.Entries;

namespace Slipway.Conda.Linking;

/// <summary>Puts a conda environment into a directory of this machine, as <see cref="DirectoryComposer"/> does.</summary>
public static class DirectoryLinker
{
    /// <param name="plan">The environment; its prefix is the directory, which must not exist or be empty.</param>
    /// <param name="sharing">Whether unchanged files may be shared with the cache of packages, if they are unpacked there.</param>
    /// <param name="threads">How many packages are written at once.</param>
    /// <param name="cancellationToken">Stops; nothing is left.</param>
    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">There is something in the directory.</exception>
    public static Task LinkAsync(LinkPlan plan, FileSharing sharing, int threads, CancellationToken cancellationToken) =>
        LinkAsync(plan, sharing, threads, null, cancellationToken);

    /// <summary>Also takes a step in the whole environment before it is moved to its place, such as running scripts; if that fails, nothing is left.</summary>
    /// <param name="plan">The environment; its prefix is the directory, which must not exist or be empty.</param>
    /// <param name="sharing">Whether unchanged files may be shared with the cache of packages. With a step no file is a hard link to the cache, for the step may write into it.</param>
    /// <param name="threads">How many packages are written at once.</param>
    /// <param name="beforeMove">Gets the directory beside the place in which the environment still is; null: there is no such step.</param>
    /// <param name="cancellationToken">Stops; nothing is left.</param>
    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">There is something in the directory.</exception>
    public static Task LinkAsync(LinkPlan plan, FileSharing sharing, int threads, Func<string, CancellationToken, Task>? beforeMove, CancellationToken cancellationToken) =>
        DirectoryComposer.WriteAsync(plan.Options.Prefix, plan.Parts, sharing, threads, beforeMove, cancellationToken);

    /// <summary>Takes the place of an environment that is there, with all that is in it.</summary>
    /// <inheritdoc cref="LinkAsync(LinkPlan, FileSharing, int, Func{string, CancellationToken, Task}?, CancellationToken)"/>
    public static Task ReplaceAsync(LinkPlan plan, FileSharing sharing, int threads, Func<string, CancellationToken, Task>? beforeMove, CancellationToken cancellationToken) =>
        DirectoryComposer.ReplaceAsync(plan.Options.Prefix, plan.Parts, sharing, threads, beforeMove, cancellationToken);
}
