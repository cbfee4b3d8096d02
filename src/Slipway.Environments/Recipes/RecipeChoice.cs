namespace Slipway.Environments.Recipes;

/// <summary>What a command line says of a recipe; it comes before what <c>slipway.yml</c> says. Null: nothing.</summary>
public sealed record RecipeChoice
{
    /// <summary>Nothing.</summary>
    public static RecipeChoice None { get; } = new();

    /// <summary>The environment file to take instead of looking for one, relative to the repository.</summary>
    public string? File { get; init; }

    public bool? Jupyter { get; init; }

    public bool? Slim { get; init; }

    /// <summary>The name of an <see cref="Building.ImageProfile"/> that exists.</summary>
    public string? Profile { get; init; }

    public string? UserName { get; init; }

    public uint? Uid { get; init; }

    public uint? Gid { get; init; }

    /// <summary>Settings with these in their place.</summary>
    public EnvironmentSettings Over(EnvironmentSettings settings) => settings with
    {
        Jupyter = Jupyter ?? settings.Jupyter,
        Slim = Slim ?? settings.Slim,
        Profile = Profile ?? settings.Profile,
        UserName = UserName ?? settings.UserName,
        Uid = Uid ?? settings.Uid,
        Gid = Gid ?? Uid ?? settings.Gid,
    };
}
