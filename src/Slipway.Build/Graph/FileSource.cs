using Slipway.Dockerfile;

namespace Slipway.Build.Graph;

/// <summary>Where COPY, ADD and bind mounts take files from.</summary>
/// <param name="Name">Names the source in keys and messages.</param>
public abstract record FileSource(string Name);

/// <summary>The result of another operation: a stage or an image.</summary>
public sealed record OperationSource(string Name, Operation Operation) : FileSource(Name);

/// <summary>A build context by name: <c>context</c> is the main one, others come from --build-context.</summary>
public sealed record ContextSource(string Name) : FileSource(Name);

/// <summary>A file written in the recipe.</summary>
public sealed record InlineSource(InlineFile File) : FileSource("heredoc:" + File.Name + ":" + File.Data);

/// <summary>A file downloaded by ADD.</summary>
public sealed record HttpSource(Uri Url) : FileSource(Url.ToString());

/// <summary>A git repository fetched by ADD.</summary>
/// <param name="Remote">The address git understands.</param>
/// <param name="Reference">Branch, tag or commit; null for the default branch.</param>
/// <param name="Subdirectory">The part that is copied; null for all of it.</param>
/// <param name="KeepGitDirectory">Whether <c>.git</c> is copied too.</param>
public sealed record GitSource(string Remote, string? Reference, string? Subdirectory, bool KeepGitDirectory)
    : FileSource($"git:{Remote}#{Reference}:{Subdirectory}:{KeepGitDirectory}");
