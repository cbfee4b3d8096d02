using System.CommandLine;
using Slipway.Cli;
using Slipway.Cli.Commands.Config;
using Slipway.Cli.Commands.Conda;
using Slipway.Cli.Commands.Containers;
using Slipway.Cli.Commands.Environments;
using Slipway.Cli.Commands.Images;
using Slipway.Cli.Commands.Manifests;
using Slipway.Cli.Commands.Pip;
using Slipway.Cli.Commands.Logins;
using Slipway.Cli.Commands.Store;

using var cli = new CliContext(TimeProvider.System);

var image = new Command("image", "Manage images")
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
var container = new Command("container", "Run containers")
{
    RunCommand.Create(cli),
};

var root = new Command(CliContext.CalledName, "Container images for data science: builds and runs any Dockerfile, with no daemon and no root.")
{
    BuildCommand.Create(cli),
    RunCommand.Create(cli),
    PlanCommand.Create(cli),
    LockCommand.Create(cli),
    ListCommand.Create(cli, "images"),
    InspectCommand.Create(cli),
    HistoryCommand.Create(cli),
    TagCommand.Create(cli),
    RemoveCommand.Create(cli, "rmi"),
    PullCommand.Create(cli),
    PushCommand.Create(cli),
    SaveCommand.Create(cli),
    LoadCommand.Create(cli),
    ImportCommand.Create(cli),
    LoginCommand.Create(cli),
    LogoutCommand.Create(cli),
    ManifestCommand.Create(cli),
    ConfigCommand.Create(cli),
    SystemCommand.Create(cli),
    CondaCommand.Create(cli),
    PipCommand.Create(cli),
    SystemCommand.CreateBuilder(cli),
    image,
    container,
};

return await CommandRunner.RunAsync(cli, root, args);
