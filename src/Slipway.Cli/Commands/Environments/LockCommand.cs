using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using Slipway.Build.Frontend;
using Slipway.Build.Scheduling;
using Slipway.Build.Sources;
using Slipway.Cli.Commands.Images;
using Slipway.Cli.Commands.Images.Inputs;
using Slipway.Cli.Rendering;
using Slipway.Environments.Bridging;
using Slipway.Environments.Locking;
using Slipway.Environments.Printing;
using Slipway.Foundation.Files;
using Slipway.Foundation.Http;
using Slipway.Images.Registry;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Environments;

/// <summary><c>lock</c>: writes down the exact packages and the base image of a repository's environment.</summary>
internal static class LockCommand
{
    public static Command Create(CliContext cli)
    {
        var build = new BuildFlags();
        var upgrade = new Option<string[]>("--upgrade")
        {
            Description = "Take the newest packages; with names (repeated or a,b) only of these", HelpName = "NAME", Arity = ArgumentArity.ZeroOrMore, AllowMultipleArgumentsPerToken = false,
        };
        var check = new Option<bool>("--check") { Description = "Only say whether the lock fits the files; exit code 1 if not" };
        var export = new Option<string?>("--export") { Description = $"Print the lock in another form: {LockExport.Forms}", HelpName = "FORM" };
        var fromEnvironment = new Option<string?>("--from-env")
        {
            Description = "Write recipe and lock of exactly what is installed in an environment: the active one (conda or virtual), or =PREFIX", HelpName = "=PREFIX", Arity = ArgumentArity.ExactlyOne,
        };
        var output = new Option<string?>("--output", "-o") { Description = "Where --export goes (standard output)", HelpName = "FILE" };
        var command = new Command("lock", "Write down the exact packages of a repository's environment (slipway.lock), or of those that a Dockerfile takes with --from=env:FILE (FILE.lock)") { build.Path, build.File, build.Platform, build.Pull, upgrade, check, fromEnvironment, export, output };
        foreach (Option option in build.Environments.All)
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, token) =>
        {
            ImageStore store = cli.Store(parsed);
            using RemoteSources sources = cli.Sources(store, new BuildSettings { Offline = NetworkAccess.IsForbidden });
            using CapturedRecipe? captured = parsed.GetResult(fromEnvironment) is { Implicit: false } ? CapturedRecipe.Write(parsed.GetValue(fromEnvironment), parsed.GetValue(build.Path)!) : null;
            using BuildInput input = await BuildInputReader.ReadAsync(cli, build, parsed, store, sources, null, token);
            PullPolicy pull = BuildSettingsReader.Pull(parsed.GetValue(build.Pull));
            var bases = new BaseImageOptions { Pull = Wants(parsed, upgrade) is { Everything: true } ? PullPolicy.Newer : pull, Offline = NetworkAccess.IsForbidden, Note = cli.Error.WriteLine };
            var images = new StoreBaseImages(store, new ImagePuller(cli.Registries(parsed), store), new ResolvedTags(store, cli.Clock), bases);
            using ProgressRenderer progress = ProgressRenderer.Create(ProgressMode.Plain, CliContext.Environment, cli.Clock);
            if (input is not EnvironmentInput environment)
            {
                if (parsed.GetValue(export) is not null)
                {
                    throw new UsageException("bad-combination", "--export is for the lock of a repository's environment files, and this is a Dockerfile", "the lock beside a file that a Dockerfile names lists its packages");
                }

                await BridgedLocks.MakeAsync(cli, (DockerfileInput)input, images, progress, new EnvironmentStageOptions { MayChangeLock = !parsed.GetValue(check), Upgrade = Wants(parsed, upgrade), MayFetch = false }, token);
                return 0;
            }

            EnvironmentLock before = environment.Lock.Read();
            EnvironmentLock file = captured is null
                ? await environment.LockAsync(images, progress, Wants(parsed, upgrade), mayChange: !parsed.GetValue(check), token)
                : await environment.CaptureAsync(images, progress, captured.Environment, token);
            if (parsed.GetValue(export) is { } form)
            {
                await WriteAsync(cli, LockExport.Of(form, file) ?? throw new UsageException("bad-value", $"--export {form}: expected {LockExport.Forms}"), parsed.GetValue(output), token);
                return 0;
            }

            bool isNew = environment.Lock.Write(file);
            captured?.Keep();
            foreach (string written in captured?.Files ?? [])
            {
                await cli.Out.WriteLineAsync(written);
            }

            foreach (PlatformLock locked in file.Platforms.Where(p => environment.Platforms.Any(wanted => wanted.ToString() == p.Platform)))
            {
                await cli.Error.WriteLineAsync($"{locked.Platform}: {LockChanges.Describe(before.Platforms.FirstOrDefault(p => p.Platform == locked.Platform), locked)}");
            }

            if (environment.Lock.Path is null)
            {
                await cli.Out.WriteAsync(LockWriter.Write(file)); // of a repository elsewhere
            }
            else
            {
                await cli.Out.WriteLineAsync(isNew ? environment.Lock.Shown : $"{environment.Lock.Shown} (as before)");
            }

            return 0;
        });
        return command;
    }

    private static Upgrade Wants(ParseResult parsed, Option<string[]> upgrade)
    {
        if (parsed.GetResult(upgrade) is null)
        {
            return Upgrade.Nothing;
        }

        ImmutableHashSet<string> names = [.. (parsed.GetValue(upgrade) ?? []).SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        return new Upgrade(names.IsEmpty, names);
    }

    private static async Task WriteAsync(CliContext cli, string text, string? path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (path is null or "-")
        {
            await cli.Out.WriteAsync(text);
        }
        else
        {
            AtomicFile.Write(Path.GetFullPath(path), Encoding.UTF8.GetBytes(text));
            await cli.Out.WriteLineAsync(path);
        }
    }
}
