using System.Collections.Immutable;
using Slipway.Environments.Recipes;

namespace Slipway.Environments.Building;

/// <summary>A named way to lay out an image: where things are, and what of packages is left out.</summary>
/// <param name="Name">As users write it.</param>
/// <param name="About">What it is for, in a clause.</param>
/// <param name="Layout">Where things are; the user comes from the settings.</param>
/// <param name="IsSlim">Whether files that programs do not need are left out of packages (<see cref="Layering.SlimRules"/>).</param>
public sealed record ImageProfile(string Name, string About, ImageLayout Layout, bool IsSlim)
{
    /// <summary>The profile of images for which none is named.</summary>
    public const string Usual = "default";

    /// <summary>All there are.</summary>
    public static ImmutableArray<ImageProfile> All { get; } =
    [
        new(Usual, "packages as they came", new ImageLayout(), IsSlim: false),
        new("slim", "packages without headers, static libraries, tests and documents", new ImageLayout(), IsSlim: true),
    ];

    /// <summary>Their names, for people.</summary>
    public static string Names => string.Join(" and ", All.Select(profile => profile.Name));

    /// <summary>The profile of that name; null when there is none.</summary>
    public static ImageProfile? Find(string name) => All.FirstOrDefault(profile => profile.Name == name);

    /// <summary>What settings come to: their profile, slim if they say so, with their user.</summary>
    public static ImageProfile Of(EnvironmentSettings settings)
    {
        ImageProfile profile = Find(settings.Profile)!;
        return profile with
        {
            IsSlim = profile.IsSlim || settings.Slim,
            Layout = profile.Layout with { UserName = settings.UserName, Uid = settings.Uid, Gid = settings.Gid },
        };
    }
}
