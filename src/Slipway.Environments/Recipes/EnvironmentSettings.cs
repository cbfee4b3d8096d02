using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Slipway.Environments.Recipes;

/// <summary>What <c>slipway.yml</c> says; everything has a default, and nothing needs the file.</summary>
public sealed partial record EnvironmentSettings
{
    /// <summary>The base image; null: the one that fits the recipe.</summary>
    public string? Base { get; init; }

    /// <summary>What it is built for, as <c>linux/amd64</c>; empty: this machine's platform.</summary>
    public ImmutableArray<string> Platforms { get; init; } = [];

    /// <summary>The user's name, uid and gid in the image.</summary>
    public string UserName { get; init; } = "user";

    public uint Uid { get; init; } = 1000;

    public uint Gid { get; init; } = 1000;

    /// <summary>Channels for conda packages, instead of those of the environment file; empty: those.</summary>
    public ImmutableArray<string> Channels { get; init; } = [];

    /// <summary>Indexes for Python packages, the first before the others; empty: those of the files and settings.</summary>
    public ImmutableArray<string> Indexes { get; init; } = [];

    /// <summary>The newest CUDA that the driver knows where it will run; null: none.</summary>
    public string? Cuda { get; init; }

    /// <summary>Whether JupyterLab is added.</summary>
    public bool Jupyter { get; init; }

    /// <summary>The name of an <see cref="Building.ImageProfile"/> that exists.</summary>
    public string Profile { get; init; } = Building.ImageProfile.Usual;

    /// <summary>Whether files that programs do not need are left out of packages.</summary>
    public bool Slim { get; init; }

    /// <summary>What a container runs; empty: what fits the packages.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>The image's entrypoint; empty: none.</summary>
    public ImmutableArray<string> Entrypoint { get; init; } = [];

    /// <summary>Files of the repository that go into the image; empty: all that the ignore file leaves.</summary>
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>Further variables of the image.</summary>
    public ImmutableSortedDictionary<string, string> Variables { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Packages that came later do not exist; null: all do.</summary>
    public DateTimeOffset? ExcludeNewer { get; init; }

    /// <summary>Whether a text can be the name of a user.</summary>
    public static bool IsUserName(string text) => NameOfUser().IsMatch(text);

    [GeneratedRegex(@"\A[a-z_][a-z0-9_-]{0,31}\z")]
    private static partial Regex NameOfUser();
}
