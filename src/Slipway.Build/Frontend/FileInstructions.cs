using System.Collections.Immutable;
using Slipway.Build.Graph;
using Slipway.Build.Sources;
using Slipway.Dockerfile;
using Slipway.Foundation.Text;
using Slipway.Sandbox.Containers;

namespace Slipway.Build.Frontend;

/// <summary>The instructions that change the file system: RUN, COPY, ADD, WORKDIR.</summary>
internal sealed class FileInstructions(DockerfilePlanner planner, Slipway.Dockerfile.Stage stage, StageState state)
{
    private readonly VirtualInstructions _virtual = new(planner, state);

    public async Task ApplyAsync(Instruction instruction, CancellationToken cancellationToken)
    {
        switch (instruction)
        {
            case RunInstruction run:
                await RunAsync(run, cancellationToken);
                break;
            case CopyInstruction copy:
                await CopyAsync(copy, cancellationToken);
                break;
            case AddInstruction add:
                Add(add);
                break;
            case WorkdirInstruction workdir:
                ChangeDirectory(workdir);
                break;
            default:
                throw new InvalidOperationException($"{instruction.Name} has no plan.");
        }
    }

    private async Task RunAsync(RunInstruction run, CancellationToken cancellationToken)
    {
        List<PlannedMount> mounts = [];
        foreach (Word mount in run.Mounts)
        {
            RunMount parsed = StageState.Guard(run, mount.Span, () => RunMount.Parse(mount.Text, state.ExpandText));
            mounts.Add(await MountAsync(run, mount, parsed, cancellationToken));
        }

        CommandLine command = run.Command;
        IReadOnlyList<string> arguments = command.IsShell ? [.. state.Shell, command.ShellText] : command.Arguments;
        IReadOnlyList<string> buildArguments = state.Scope.Arguments;
        var definition = new RunDefinition
        {
            Arguments = [.. arguments],
            Environment = [.. buildArguments, .. state.Scope.Environment],
            ProxyEnvironment = state.Scope.Proxies(planner.Options.BuildArguments),
            WorkingDirectory = state.Directory,
            User = state.Config.User ?? "",
            Network = run.Network switch
            {
                RunNetwork.None => NetworkMode.None,
                RunNetwork.Host => NetworkMode.Host,
                _ => planner.Options.Network,
            },
            Insecure = run.Security == RunSecurity.Insecure,
            Devices = [.. run.Devices.Select(d => d.Required ? d.Name + ",required" : d.Name)],
            ExtraHosts = planner.Options.ExtraHosts,
            ShmSize = planner.Options.ShmSize,
            Mounts = [.. mounts],
            Script = command.ScriptFile,
        };
        string prefix = buildArguments.Count > 0 ? $"|{buildArguments.Count} {string.Join(' ', buildArguments)} " : "";
        state.Append(
            new RunOperation(state.Origin(run), state.FileSystem, definition) { Platform = state.Image.Platform }, $"RUN {prefix}{string.Join(' ', arguments)}");
    }

    private async Task<PlannedMount> MountAsync(RunInstruction run, Word written, RunMount mount, CancellationToken cancellationToken)
    {
        FileSource? from = mount.From is { Length: > 0 } name
            ? await SourceAsync(run, name, written.Span, cancellationToken)
            : mount.Kind == MountKind.Bind ? new ContextSource("context") : null;
        string? target = mount.Target is { Length: > 0 } given ? state.Absolute(given)
            : mount.Kind is MountKind.Bind or MountKind.Cache or MountKind.Tmpfs ? throw Wrong("a mount needs a target", "add target=/path") : null;
        if (target == "/")
        {
            throw Wrong("a mount cannot have the target /", "mount on a directory below it");
        }

        return new PlannedMount
        {
            Kind = mount.Kind,
            Target = target,
            Source = mount.Source is { Length: > 0 } source ? source : "/",
            From = from,
            ReadOnly = mount.ReadOnly,
            Id = mount.Id is { Length: > 0 } id ? id : mount.Kind switch
            {
                MountKind.Cache => target!,
                MountKind.Ssh => "default",
                _ => Path.GetFileName(mount.Source ?? mount.Target ?? ""),
            },
            Sharing = mount.Sharing,
            Mode = mount.Mode,
            Uid = (uint)(mount.Uid ?? 0),
            Gid = (uint)(mount.Gid ?? 0),
            Size = mount.Size > 0 ? mount.Size : null,
            Required = mount.Required,
            EnvironmentVariable = mount.Env,
            Span = written.Span,
        };

        DiagnosticException Wrong(string message, string help) =>
            new(new Diagnostic(Severity.Error, "bad-mount", message, run.Source, written.Span, help));
    }

    private async Task CopyAsync(CopyInstruction copy, CancellationToken cancellationToken)
    {
        FileSource from;
        Func<Task> then = () => Task.CompletedTask;
        if (copy.From is { } name && _virtual.Knows(name.Text))
        {
            if (await _virtual.CopyAsync(copy, name, cancellationToken) is not { } rest)
            {
                return;
            }

            (from, then) = (rest.From, rest.Then);
        }
        else
        {
            from = copy.From is { } other ? await SourceAsync(copy, other.Text, other.Span, cancellationToken) : new ContextSource("context");
        }

        CopyItem[] items = [.. copy.Sources.Select(s => new CopyItem(from, NoAddress(copy, s)))];
        Append(copy, [.. items, .. Inline(copy)], new CopyDefinition
        {
            Items = [],
            Destination = "",
            Parents = copy.Parents,
        });
        await then();
    }

    private string NoAddress(CopyInstruction copy, Word source)
    {
        string path = state.Expand(copy, source);
        return !path.StartsWith("http://", StringComparison.Ordinal) && !path.StartsWith("https://", StringComparison.Ordinal)
            ? path : throw new DiagnosticException(new Diagnostic(
                Severity.Error, "copy-from-address", "source can't be a URL for COPY", copy.Source, source.Span, "download it with ADD"));
    }

    private void Add(AddInstruction add)
    {
        string? checksum = add.Checksum is { } written ? state.Expand(add, written) : null;
        CopyItem[] items = [.. add.Sources.Select(s => RemoteOrLocal(add, state.Expand(add, s), checksum))];
        Append(add, [.. items, .. Inline(add)], new CopyDefinition
        {
            Items = [],
            Destination = "",
            Unpack = add.Unpack switch { true => Unpacking.Always, false => Unpacking.Never, null => Unpacking.LocalOnly },
        });
    }

    private static CopyItem RemoteOrLocal(AddInstruction add, string source, string? checksum)
    {
        GitReference? git = StageState.Guard(add, add.Span, () => GitReference.Parse(source));
        if (git is not null && !git.CouldBeLocal)
        {
            var repository = new GitSource(
                GitAddress.Of(git, false) is var address && add.KeepGitDir is { } keep ? address with { KeepGitDirectory = keep } : address, NullIfEmpty(git.Subdirectory));
            return new CopyItem(repository, "/", checksum ?? NullIfEmpty(git.Checksum));
        }

        return Uri.TryCreate(source, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"
            ? new CopyItem(new HttpSource(new Uri(source)), source, checksum)
            : new CopyItem(new ContextSource("context"), source, checksum);
    }

    private IEnumerable<CopyItem> Inline(TransferInstruction transfer) => transfer.InlineFiles.Select(f =>
        new CopyItem(new InlineSource(f.Expand ? f with { Data = state.ExpandHeredoc(transfer, f.Data), Expand = false } : f), f.Name));

    private void Append(TransferInstruction transfer, ImmutableArray<CopyItem> items, CopyDefinition definition)
    {
        string written = state.Expand(transfer, transfer.Destination);
        string destination = state.Absolute(written);
        bool directory = written.EndsWith('/') || written is "." or ".." || written.EndsWith("/.", StringComparison.Ordinal);
        if (items.Length > 1 && !directory)
        {
            throw new DiagnosticException(new Diagnostic(
                Severity.Error, "destination-not-directory",
                $"{transfer.Name} with more than one source needs a directory as destination, and '{written}' does not end with a slash",
                transfer.Source, transfer.Destination.Span, $"write {written}/"));
        }

        string? owner = transfer.Chown is { } chown ? state.Expand(transfer, chown) : null;
        string? mode = transfer.Chmod is { } chmod ? state.Expand(transfer, chmod) : null;
        if (owner is { Length: > 0 })
        {
            StageState.Guard(transfer, transfer.Chown!.Value.Span, () => ChownSpec.Parse(owner));
        }

        if (mode is { Length: > 0 })
        {
            StageState.Guard(transfer, transfer.Chmod!.Value.Span, () => ChmodSpec.Parse(mode));
        }

        definition = definition with
        {
            Items = items,
            Destination = directory && destination != "/" ? destination + "/" : destination,
            Owner = owner is { Length: > 0 } ? owner : null,
            Mode = mode is { Length: > 0 } ? mode : null,
            Link = transfer.Link,
            Exclude = [.. transfer.Excludes.Select(e => e.Text)],
        };
        state.Append(new CopyOperation(state.Origin(transfer), state.FileSystem, definition), transfer.Text);
    }

    private void ChangeDirectory(WorkdirInstruction workdir)
    {
        string path = state.Absolute(state.Expand(workdir, workdir.Path));
        state.Config = state.Config with { WorkingDir = path };
        if (path == "/")
        {
            state.Remember("WORKDIR /");
        }
        else
        {
            state.Append(
                new MakeDirectoryOperation(state.Origin(workdir), state.FileSystem, path, state.Config.User ?? ""), $"WORKDIR {path}");
        }
    }

    // A named context comes before a stage of that name, a stage before an image (dockerfile.md A2, FROM).
    private async Task<FileSource> SourceAsync(Instruction instruction, string name, TextSpan span, CancellationToken cancellationToken)
    {
        var origin = new StepOrigin(new StageLabel(name), 1, $"FROM {name}", instruction.Source, span);
        if (planner.Options.NamedContexts.TryGetValue(name, out string? context))
        {
            return context is not null ? await FromImageAsync(PlanOptions.ImageOf(context)) : new ContextSource(name);
        }

        if (planner.FindStage(name, int.MaxValue) is { } other)
        {
            return new OperationSource(name, (await planner.StageAsync(other, cancellationToken)).FileSystem);
        }

        if (_virtual.Knows(name))
        {
            return await _virtual.SourceAsync(instruction, name, span, cancellationToken);
        }

        if (int.TryParse(name, out int index))
        {
            throw origin.Error("unknown-stage", $"there is no stage number {index}", $"stages are counted from 0; there are {planner.AllStages.Count}");
        }

        if (name == "scratch")
        {
            return new OperationSource(name, new ScratchOperation(origin));
        }

        return await FromImageAsync(name);

        async Task<FileSource> FromImageAsync(string image)
        {
            try
            {
                BaseImage found = await planner.ImageAsync(image, planner.Options.Platform, origin, cancellationToken);
                origin.Stage.NextStep();
                return new OperationSource(name, new ImageOperation(origin, found));
            }
            catch (DiagnosticException e)
            {
                throw NoStageOrImage(e);
            }
        }

        DiagnosticException NoStageOrImage(DiagnosticException e)
        {
            string[] names = [.. planner.AllStages.Take(stage.Index).Select(s => s.Name).OfType<string>()];
            string help = Suggestion.Nearest(name, names) is { } near ? $"did you mean --from={near}?"
                : names.Length > 0 ? $"the stages before this one are: {string.Join(", ", names)}" : "no stage before this one has a name; add AS name to its FROM";
            var first = new Diagnostic(
                Severity.Error, "unknown-stage", $"\"{name}\" is neither a stage of this file nor an image that can be had", instruction.Source, span, help);
            return new DiagnosticException([first, .. e.Diagnostics]);
        }
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
