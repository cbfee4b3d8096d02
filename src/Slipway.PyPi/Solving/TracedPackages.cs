using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Solving;

/// <summary>
/// Packages, and what was asked of them. Once it is bounded, only so much more is asked, and nothing that was not built before is built: looking for what would help must not take longer than
/// what it is to help with.
/// </summary>
internal sealed class TracedPackages(IPythonPackages packages) : IPythonPackages
{
    private readonly HashSet<ProjectName> _projects = [];
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private int? _left;

    /// <inheritdoc/>
    public bool MetadataIsLocal => packages.MetadataIsLocal;

    /// <summary>Bounds what may still be asked.</summary>
    /// <param name="questions">How many questions that nobody asked before.</param>
    public void Bound(int questions) => _left = questions;

    /// <inheritdoc/>
    /// <exception cref="EnoughAskedException">No more may be asked.</exception>
    public ValueTask<ProjectFiles> GetProjectAsync(ProjectName project, CancellationToken cancellationToken)
    {
        Count(_projects.Add(project));
        return packages.GetProjectAsync(project, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="EnoughAskedException">No more may be asked.</exception>
    public ValueTask<CoreMetadata> GetMetadataAsync(IndexFile file, CancellationToken cancellationToken)
    {
        bool isNew = _files.Add(file.Url);
        if (isNew && file.IsSource && _left is not null && !MetadataIsLocal)
        {
            _files.Remove(file.Url);
            throw new FormatException("what it needs is only known once it is built");
        }

        Count(isNew);
        return packages.GetMetadataAsync(file, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<CoreMetadata> GetDirectAsync(ProjectName project, string url, CancellationToken cancellationToken) => packages.GetDirectAsync(project, url, cancellationToken);

    /// <inheritdoc/>
    public void Expect(IReadOnlyList<ProjectName> projects) => packages.Expect(projects);

    /// <inheritdoc/>
    public void ExpectMetadata(IndexFile file)
    {
        if (_left is null)
        {
            packages.ExpectMetadata(file);
        }
    }

    private void Count(bool isNew)
    {
        if (isNew && _left is { } left)
        {
            _left = left > 0 ? left - 1 : throw new EnoughAskedException();
        }
    }
}

/// <summary>As much was asked as may be.</summary>
internal sealed class EnoughAskedException : Exception;
