namespace Slipway.Images.Registry;

/// <summary>What a request wants to do, in the words of distribution's token specification.</summary>
/// <param name="Repository">The repository; empty for a request about the registry itself.</param>
/// <param name="Push">Whether something is written.</param>
/// <param name="MountFrom">A second repository to read from.</param>
internal readonly record struct RegistryScope(string Repository, bool Push = false, string? MountFrom = null)
{
    public static RegistryScope Registry { get; } = new("");

    public IEnumerable<string> Tokens
    {
        get
        {
            if (!string.IsNullOrEmpty(Repository))
            {
                yield return $"repository:{Repository}:{(Push ? "pull,push" : "pull")}";
            }

            if (MountFrom is not null)
            {
                yield return $"repository:{MountFrom}:pull";
            }
        }
    }
}
