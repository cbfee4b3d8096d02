using System.CommandLine;
using Slipway.Cli.Commands.Config;
using Slipway.Cli.Commands.Conda;
using Slipway.Cli.Commands.Containers;
using Slipway.Cli.Commands.Environments;
using Slipway.Cli.Commands.Images;
using Slipway.Cli.Commands.Manifests;
using Slipway.Cli.Commands.Pip;
using Slipway.Cli.Commands.Logins;
using Slipway.Cli.Commands.Store;


namespace Slipway.Cli;

/// <summary>The commands of the program.</summary>
internal static class CommandTree
{
    private static readonly (string Name, Func<CliContext, Command> Create)[] s_verbs =
    [
        ("build", BuildCommand.Create),
        ("run", RunCommand.Create),
        ("plan", PlanCommand.Create),
        ("lock", LockCommand.Create),
        ("images", cli => ListCommand.Create(cli, "images")),
        ("inspect", InspectCommand.Create),
        ("history", HistoryCommand.Create),
        ("tag", TagCommand.Create),
        ("rmi", cli => RemoveCommand.Create(cli, "rmi")),
        ("pull", PullCommand.Create),
        ("push", PushCommand.Create),
        ("save", SaveCommand.Create),
        ("load", LoadCommand.Create),
        ("import", ImportCommand.Create),
        ("login", LoginCommand.Create),
        ("logout", LogoutCommand.Create),
        ("manifest", ManifestCommand.Create),
        ("config", ConfigCommand.Create),
        ("system", SystemCommand.Create),
        ("conda", CondaCommand.Create),
        ("pip", PipCommand.Create),
        ("builder", SystemCommand.CreateBuilder),
        ("image", Image),
        ("container", cli => new Command("container", "Run containers") { RunCommand.Create(cli) }),
    ];

    /// <summary>The tree for a command line: all of it, or only the command that the line plainly begins with, since to make them all takes as long as a small one works.</summary>
    public static Command For(CliContext cli, IReadOnlyList<string> args)
    {
        string? first = args is ["--root", _, var named, ..] ? named : args.Count > 0 ? args[0] : null;
        bool isPlain = s_verbs.Any(verb => verb.Name == first);
        var root = new Command(CliContext.CalledName, "Container images for data science: builds and runs any Dockerfile, with no daemon and no root.");
        foreach ((_, Func<CliContext, Command> create) in s_verbs.Where(verb => !isPlain || verb.Name == first))
        {
            root.Subcommands.Add(create(cli));
        }

        return root;
    }

    private static Command Image(CliContext cli) => new("image", "Manage images")
    {
        BuildCommand.Create(cli),
        ListCommand.Create(cli, "ls", "list"),
        InspectCommand.Create(cli),
        HistoryCommand.Create(cli),
        TagCommand.Create(cli),
        RemoveCommand.Create(cli, "rm", "remove"),
        PruneCommand.ForImage(cli),
        PullCommand.Create(cli),
        PushCommand.Create(cli),
        SaveCommand.Create(cli),
        LoadCommand.Create(cli),
        ImportCommand.Create(cli),
    };
}
