using Slipway.Build.Sources;
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
/// <param name="Address">Repository and reference.</param>
/// <param name="Subdirectory">The part that is copied; null for all of it.</param>
public sealed record GitSource(GitAddress Address, string? Subdirectory)
    : FileSource($"git:{Address.Shown}#{Address.Reference}:{Subdirectory}:{Address.KeepGitDirectory}:{Address.Submodules}");
