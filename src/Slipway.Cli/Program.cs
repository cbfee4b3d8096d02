using Slipway.Cli;

using var cli = new CliContext(TimeProvider.System);
return await CommandRunner.RunAsync(cli, CommandTree.For(cli, args), args);
