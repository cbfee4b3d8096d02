using System.CommandLine;
using Slipway.Images.Registry;

namespace Slipway.Cli.Commands.Logins;

/// <summary><c>logout</c>: forgets what <c>login</c> kept.</summary>
internal static class LogoutCommand
{
    public static Command Create(CliContext cli)
    {
        var server = ServerName.Argument();
        var command = new Command("logout", "Log out from a registry") { server };
        command.SetAction(async (parsed, token) =>
        {
            string key = ServerName.Read(parsed.GetValue(server));
            RegistryCredentials credentials = cli.Registries(parsed).Options.Credentials;
            bool was = await credentials.Writer.ForgetAsync(key, token);
            await cli.Out.WriteLineAsync(was ? $"Removing login credentials for {key}" : $"Not logged in to {key}");
            foreach (string file in credentials.FilesWith(key))
            {
                await cli.Error.WriteLineAsync($"warning: {file} still has a login for {key}");
            }

            return 0;
        });
        return command;
    }
}
