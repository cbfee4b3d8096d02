using System.Text;
using Slipway.Sandbox.Containers;
using Slipway.Sandbox.Hosts;
using Slipway.Packages.Entries;

namespace Slipway.Environments.Running;

/// <summary>
/// Runs programs of an environment that is not in its place yet: they see it at its prefix, this machine's programs and libraries read-only, and nothing else of this
/// machine: no home, no network, a <c>/tmp</c> of their own. See docs/decisions/0066. Where an image is given, they see its files and nothing of this machine.
/// </summary>
/// <param name="host">The sandbox.</param>
/// <param name="environment">Where the environment lies now; null: commands bring their own folders.</param>
/// <param name="prefix">Where it will be; an empty folder there is what it is mounted on.</param>
/// <param name="scratch">A folder for what a container writes elsewhere, which is thrown away.</param>
public sealed class SandboxedEnvironment(SandboxHost host, string? environment, string prefix, string scratch) : IEnvironmentRunner
{
    private const int LongestLog = 1024 * 1024;
    private const string Input = "/.slipway-input";

    private static readonly string[] s_programs = ["usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32"];

    // What programs need of /etc: names of users, where libraries and alternatives are. Nothing in it is a secret.
    private static readonly string[] s_settings = ["passwd", "group", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts", "localtime"];

    private int _count;

    /// <summary>Whether programs may change nothing in the environment.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>The image whose files programs see in place of this machine's programs; null: this machine's.</summary>
    public SandboxImage? Image { get; init; }

    /// <inheritdoc/>
    public async Task<(int ExitCode, string Error)> RunAsync(EnvironmentCommand command, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(scratch, $"run-{++_count}");
        string upper = Directory.CreateDirectory(Path.Combine(folder, "upper")).FullName;
        List<SandboxMount> mounts = [.. Image is null ? Programs(upper).Concat(Settings()) : [], new TmpfsMount("/tmp", null), new TmpfsMount("/root", null)];
        mounts.AddRange(environment is null ? [] : [new BindMount(environment, prefix, IsReadOnly)]);
        mounts.AddRange(command.Folders.Select(f => new BindMount(f.Source, f.Path, f.IsReadOnly)));
        IReadOnlyList<string> arguments = command.Arguments;
        if (command.Input.Length > 0)
        {
            mounts.Add(new FileMount(Input, Encoding.UTF8.GetBytes(command.Input), Convert.ToInt32("444", 8), 0, 0));
            arguments = ["/bin/sh", "-c", "exec \"$@\" <\"$0\"", Input, .. arguments];
        }

        var log = new StringBuilder();
        Decoder[] decoders = [Encoding.UTF8.GetDecoder(), Encoding.UTF8.GetDecoder()]; // a letter may come in two pieces
        using var runner = new ContainerRunner(host);
        ContainerResult result = await runner.RunAsync(
            new ContainerSpec
            {
                Root = new RootFileSystem(Image?.Trees ?? [], upper, Directory.CreateDirectory(Path.Combine(folder, "work")).FullName) { Fixups = Image?.Fixups ?? [] },
                Arguments = arguments,
                Environment = [.. VariablesOf(command).Select(v => $"{v.Key}={v.Value}")],
                WorkingDirectory = command.WorkingDirectory ?? prefix,
                Mounts = mounts,
                Network = NetworkMode.None,
            },
            new CapturedIo((stream, bytes) => Append(log, decoders[(int)stream], bytes.Span)),
            cancellationToken);
        return (result.ExitCode, result.Failure is { } failure ? failure.Message : log.ToString());
    }

    // The image's own, and the command's above them; programs of both are found.
    private Dictionary<string, string> VariablesOf(EnvironmentCommand command)
    {
        var all = new Dictionary<string, string>(Image?.Variables ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        string? path = all.GetValueOrDefault("PATH");
        foreach ((string name, string value) in command.Variables)
        {
            all[name] = name == "PATH" && path is not null ? $"{value}:{path}" : value;
        }

        return all;
    }

    private static void Append(StringBuilder log, Decoder decoder, ReadOnlySpan<byte> bytes)
    {
        if (log.Length < LongestLog)
        {
            char[] text = new char[decoder.GetCharCount(bytes, flush: false)];
            decoder.GetChars(bytes, text, flush: false);
            log.Append(text);
        }
    }

    // Where /bin is a link to usr/bin it is one inside, too.
    private static IEnumerable<SandboxMount> Programs(string upper)
    {
        foreach (string name in s_programs)
        {
            var folder = new DirectoryInfo("/" + name);
            if (folder.LinkTarget is { } target)
            {
                File.CreateSymbolicLink(Path.Combine(upper, name), target);
            }
            else if (folder.Exists)
            {
                yield return new BindMount(folder.FullName, folder.FullName, ReadOnly: true);
            }
        }
    }

    private static IEnumerable<SandboxMount> Settings() =>
        s_settings.Select(name => "/etc/" + name).Where(path => File.Exists(path) || Directory.Exists(path)).Select(path => new BindMount(path, path, ReadOnly: true));
}

/// <summary>An image that programs are run in; what they change is thrown away.</summary>
/// <param name="Trees">The directories of its layers, topmost first.</param>
/// <param name="Fixups">The metadata of directories that these show wrongly.</param>
/// <param name="Variables">What programs in it have in their environment.</param>
public sealed record SandboxImage(IReadOnlyList<string> Trees, IReadOnlyList<DirectoryFixup> Fixups, IReadOnlyDictionary<string, string> Variables);
