using System.CommandLine;
using System.Globalization;
using Slipway.Environments.Building;
using Slipway.Environments.Recipes;

namespace Slipway.Cli.Commands.Environments;

/// <summary>The flags of <c>build</c>, <c>plan</c> and <c>lock</c> for images from environment files; each stands for a setting of <c>slipway.yml</c> and comes before it.</summary>
internal sealed class EnvironmentFlags
{
    public Option<bool> Jupyter { get; } = new("--jupyter") { Description = "Of environment files: add JupyterLab, solved together with the rest; it is the image's command" };

    public Option<bool> Slim { get; } = new("--slim") { Description = "Of environment files: leave headers, static libraries, tests, documents and the like out of packages (plan --slim-rules lists them)" };

    public Option<string?> Profile { get; } = new("--profile") { Description = $"Of environment files: how the image is laid out: {ImageProfile.Names}", HelpName = "NAME" };

    public Option<string?> User { get; } = new("--user") { Description = "Of environment files: the name of the image's user", HelpName = "NAME" };

    public Option<string?> Uid { get; } = new("--uid") { Description = "Of environment files: the ids of the image's user; never 0", HelpName = "UID[:GID]" };

    public IEnumerable<Option> All => [Jupyter, Slim, Profile, User, Uid];

    /// <summary>The flag among these that was given; null when none was.</summary>
    public string? Given(ParseResult parsed) => All.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false })?.Name;

    /// <summary>What they say.</summary>
    /// <exception cref="UsageException">A value is none.</exception>
    public RecipeChoice Read(ParseResult parsed)
    {
        string? profile = parsed.GetValue(Profile), user = parsed.GetValue(User);
        if (profile is not null && ImageProfile.Find(profile) is null)
        {
            throw new UsageException("unknown-profile", $"--profile {profile}: there is no such profile", $"there are {ImageProfile.Names}");
        }

        if (user is not null && (user == "root" || !EnvironmentSettings.IsUserName(user)))
        {
            throw user == "root" ? Root($"--user {user}") : new UsageException("bad-user", $"--user {user}: expected the name of a user", "write small letters, digits, - and _, beginning with a letter; ids are given with --uid");
        }

        (uint? uid, uint? gid) = ReadIds(parsed.GetValue(Uid));
        return new RecipeChoice { Jupyter = Flag(Jupyter), Slim = Flag(Slim), Profile = profile, UserName = user, Uid = uid, Gid = gid };

        bool? Flag(Option<bool> option) => parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option) : null;
    }

    private static (uint? Uid, uint? Gid) ReadIds(string? text)
    {
        if (text is null)
        {
            return (null, null);
        }

        string[] parts = text.Split(':');
        uint?[] ids = [.. parts.Select(part => uint.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) && id <= int.MaxValue ? id : (uint?)null)];
        return ids.Any(id => id == 0) ? throw Root($"--uid {text}")
            : ids.Length > 2 || ids.Contains(null) ? throw new UsageException("bad-user", $"--uid {text}: expected a number, or two as UID:GID")
            : (ids[0], ids.Length > 1 ? ids[1] : null);
    }

    private static UsageException Root(string what) => new("root-user", $"{what}: the image's user may not be root", "choose another, such as 1000; a container that has to be root is started with \"run --user root\"");
}
