namespace Slipway.Dockerfile;

/// <summary>The value of <c>--chown</c>: user and group, each a name or a number.</summary>
/// <param name="User">Name or number.</param>
/// <param name="Group">Name or number; null when only a user was given, then the group is the same number, or the user's own group for a name.</param>
public sealed record ChownSpec(string User, string? Group)
{
    /// <exception cref="FormatException">Empty, or more than one colon.</exception>
    public static ChownSpec Parse(string value)
    {
        string[] parts = value.Split(':');
        bool isWellFormed = parts.Length is 1 or 2 && parts.All(p => p.Length > 0);
        return isWellFormed
            ? new ChownSpec(parts[0], parts.Length == 2 ? parts[1] : null)
            : throw new FormatException($"invalid chown value \"{value}\"; user or user:group was expected");
    }
}
