using System.CommandLine;
using System.Text;
using Slipway.Foundation.Linux;
using Slipway.Images.Registry;

namespace Slipway.Cli.Commands.Logins;

/// <summary><c>login</c>: tries a user and password at a registry and keeps them where docker does.</summary>
internal static class LoginCommand
{
    private const int LongestPassword = 64 * 1024;

    public static Command Create(CliContext cli)
    {
        var server = ServerName.Argument();
        var user = new Option<string?>("--username", "-u") { Description = "The user's name", HelpName = "USER" };
        var password = new Option<string?>("--password", "-p") { Description = "The password; others on this machine can see it so", HelpName = "PASSWORD" };
        var fromInput = new Option<bool>("--password-stdin") { Description = "Read the password from standard input" };
        var command = new Command("login", "Log in to a registry") { server, user, password, fromInput };
        command.SetAction(async (parsed, token) =>
        {
            string key = ServerName.Read(parsed.GetValue(server));
            RegistryOptions options = cli.Registries(parsed).Options;
            RegistryLogin login = await AskAsync(cli, parsed.GetValue(user), parsed.GetValue(password), parsed.GetValue(fromInput), token);
            RegistryLogin kept = await RegistrySignIn.VerifyAsync(key, login, options, cli.Clock, token);
            AuthFileWriter writer = options.Credentials.Writer;
            if (!await writer.KeepAsync(key, kept, token))
            {
                await cli.Error.WriteLineAsync($"The login is kept unencrypted in {writer.Path}, readable for you alone; a credential helper (credsStore) keeps it safer.");
            }

            await cli.Out.WriteLineAsync("Login Succeeded");
            return 0;
        });
        return command;
    }

    private static async Task<RegistryLogin> AskAsync(CliContext cli, string? user, string? password, bool fromInput, CancellationToken cancellationToken)
    {
        if (fromInput && password is not null)
        {
            throw new UsageException("bad-login", "--password and --password-stdin exclude each other", "use --password-stdin");
        }

        if (fromInput && string.IsNullOrEmpty(user))
        {
            throw new UsageException("bad-login", "--password-stdin needs the user's name", "add --username USER");
        }

        if (password is not null)
        {
            await cli.Error.WriteLineAsync("warning: a password on the command line can be seen by others on this machine; use --password-stdin");
        }

        if ((password is null && !fromInput) || string.IsNullOrEmpty(user))
        {
            RequireTerminal();
        }

        user = string.IsNullOrEmpty(user) ? (await PromptAsync(cli, "Username: ", secret: false, cancellationToken)).Trim() : user;
        password ??= fromInput ? await ReadAsync(cancellationToken) : await PromptAsync(cli, "Password: ", secret: true, cancellationToken);
        return user.Length > 0 && password.Length > 0 && !user.Contains(':', StringComparison.Ordinal)
            ? new RegistryLogin(user, password)
            : throw new UsageException("bad-login", "a login needs a user name without ':', and a password", "give both");
    }

    private static void RequireTerminal()
    {
        if (!TerminalCheck.IsTerminal(0))
        {
            throw new UsageException("bad-login", "user and password cannot be asked for, as standard input is no terminal", "give --username and --password-stdin");
        }
    }

    private static async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        await using Stream input = Console.OpenStandardInput();
        byte[] bytes = new byte[LongestPassword + 1];
        int length = await input.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= LongestPassword
            ? Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\r', '\n')
            : throw new UsageException("bad-login", "what came from standard input is too long for a password", "give only the password");
    }

    // It is the terminal that edits the line and that hides it, from before the prompt on, so that nothing of a password that is typed or pasted early is shown.
    private static async Task<string> PromptAsync(CliContext cli, string prompt, bool secret, CancellationToken cancellationToken)
    {
        using TerminalMode? mode = secret ? TerminalMode.Remember(0) : null;
        mode?.HideInput();
        await cli.Error.WriteAsync(prompt);
        await cli.Error.FlushAsync(cancellationToken);
        return await StandardInput.ReadLineAsync(cancellationToken);
    }
}
