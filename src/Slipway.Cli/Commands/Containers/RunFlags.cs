using System.CommandLine;

namespace Slipway.Cli.Commands.Containers;

/// <summary>The flags of <c>run</c>.</summary>
internal sealed class RunFlags
{
    public Argument<string> Image { get; } = new("IMAGE") { Description = "An image, or ./PATH to build that folder first" };

    public Argument<string[]> Command { get; } = new("COMMAND") { Description = "What to run instead of the image's own command", Arity = ArgumentArity.ZeroOrMore };

    public Option<bool> Interactive { get; } = new("--interactive", "-i") { Description = "Pass standard input on" };

    public Option<bool> Tty { get; } = new("--tty", "-t") { Description = "Give the container a terminal" };

    public Option<bool> Remove { get; } = new("--rm") { Description = "Accepted for docker's sake: what a container wrote outside of volumes is always thrown away" };

    public Option<string[]> Volume { get; } = new("--volume", "-v") { Description = "Mount a folder or file: SOURCE:TARGET[:ro]", HelpName = "VOLUME" };

    public Option<string[]> Tmpfs { get; } = new("--tmpfs") { Description = "Mount an empty folder in memory: TARGET[:size=SIZE]", HelpName = "TARGET" };

    public Option<string[]> Env { get; } = new("--env", "-e") { Description = "Set a variable; without =VALUE it is taken from the environment", HelpName = "NAME[=VALUE]" };

    public Option<string[]> EnvFile { get; } = new("--env-file") { Description = "Read variables from a file", HelpName = "FILE" };

    public Option<string?> Workdir { get; } = new("--workdir", "-w") { Description = "The working directory", HelpName = "FOLDER" };

    public Option<string?> User { get; } = new("--user", "-u") { Description = "Whom to run as: NAME or ID, with :GROUP", HelpName = "USER" };

    public Option<string[]> GroupAdd { get; } = new("--group-add") { Description = "Another group of the user", HelpName = "GROUP" };

    public Option<string?> Entrypoint { get; } = new("--entrypoint") { Description = "Replaces the image's entrypoint", HelpName = "PROGRAM" };

    public Option<string?> Name { get; } = new("--name") { Description = "A name for the container; its host name too, unless --hostname is given", HelpName = "NAME" };

    public Option<string?> Hostname { get; } = new("--hostname", "-h") { Description = "The host name inside", HelpName = "NAME" };

    public Option<string?> Network { get; } = new("--network", "--net") { Description = "host (default) or none", HelpName = "MODE" };

    public Option<string[]> Publish { get; } = new("--publish", "-p") { Description = "Publish a port; with the host's network every port is published as it is", HelpName = "PORT" };

    public Option<string[]> AddHost { get; } = new("--add-host") { Description = "A line for /etc/hosts", HelpName = "NAME:ADDRESS" };

    public Option<bool> Init { get; } = new("--init") { Description = "Run a small init as process 1 that passes signals on" };

    public Option<bool> ReadOnly { get; } = new("--read-only") { Description = "Do not let the container write outside of volumes" };

    public Option<bool> Privileged { get; } = new("--privileged") { Description = "Take all restrictions away" };

    public Option<string?> ShmSize { get; } = new("--shm-size") { Description = "Size of /dev/shm, such as 1g", HelpName = "SIZE" };

    public Option<string[]> Device { get; } = new("--device") { Description = "A device file of the host", HelpName = "FILE" };

    public Option<string?> Platform { get; } = new("--platform") { Description = "The platform of the image", HelpName = "PLATFORM" };

    public Option<string?> Pull { get; } = new("--pull") { Description = "always, missing (default) or never ask the registry for the image", HelpName = "WHEN" };

    public IEnumerable<Option> All =>
    [
        Interactive, Tty, Remove, Volume, Tmpfs, Env, EnvFile, Workdir, User, GroupAdd, Entrypoint, Name, Hostname, Network, Publish, AddHost, Init,
        ReadOnly, Privileged, ShmSize, Device, Platform, Pull,
    ];
}
