using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Solving;

/// <summary>
/// Where the solver's packages come from: indexes, and addresses that a request names.
/// <para>
/// The same question has the same answer for as long as one search lasts. An answer that is at hand comes back as a completed task. Announcements (<see cref="Expect"/>,
/// <see cref="ExpectMetadata"/>) start work beside the search, return at once and do not throw; what fails in them fails again, and is reported, when it is asked for.
/// </para>
/// </summary>
public interface IPythonPackages
{
    /// <summary>Whether metadata cost no I/O. The search then learns from one version's failure about all of them; when there is no solution, what would help is looked for without a bound.</summary>
    bool MetadataIsLocal { get; }

    /// <summary>The files of a project; of one that nobody knows <see cref="ProjectFiles.IsKnown"/> is false.</summary>
    /// <exception cref="Foundation.Text.DiagnosticException">An index cannot be asked.</exception>
    ValueTask<ProjectFiles> GetProjectAsync(ProjectName project, CancellationToken cancellationToken);

    /// <summary>What a file says of itself; of a source distribution whose metadata are not static after asking its build.</summary>
    /// <exception cref="FormatException">The metadata cannot be understood, or the file cannot be built: the version is passed over, with the message as reason.</exception>
    /// <exception cref="Foundation.Text.DiagnosticException">They cannot be had.</exception>
    ValueTask<CoreMetadata> GetMetadataAsync(IndexFile file, CancellationToken cancellationToken);

    /// <summary>What lies at an address: a wheel, a source archive, a repository, a folder.</summary>
    /// <param name="project">The project that is expected there.</param>
    /// <param name="url">The address as the requirement has it, credentials included.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="Foundation.Text.DiagnosticException">It cannot be had, or is another project.</exception>
    ValueTask<CoreMetadata> GetDirectAsync(ProjectName project, string url, CancellationToken cancellationToken);

    /// <summary>These projects will be asked for soon.</summary>
    void Expect(IReadOnlyList<ProjectName> projects);

    /// <summary>The metadata of this file will probably be asked for soon.</summary>
    void ExpectMetadata(IndexFile file);
}
