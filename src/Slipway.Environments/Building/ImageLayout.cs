namespace Slipway.Environments.Building;

/// <summary>Where things are in an image. A value, so that another profile is another value.</summary>
public sealed record ImageLayout
{
    /// <summary>The environment; part of the bytes of its layers, so all images share layers only while they share it.</summary>
    public string Prefix { get; init; } = "/opt/env";

    /// <summary>The project's own files. Outside of every home, because clusters and volumes hide homes.</summary>
    public string Project { get; init; } = "/srv/project";

    /// <summary>Where <c>install.R</c> puts packages; R looks there first.</summary>
    public string LibraryOfR { get; init; } = "/opt/r-library";

    public string UserName { get; init; } = "user";

    public uint Uid { get; init; } = 1000;

    public uint Gid { get; init; } = 1000;

    /// <summary>The user's home.</summary>
    public string Home => $"/home/{UserName}";
}
