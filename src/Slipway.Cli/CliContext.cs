using System.CommandLine;
using Slipway.Build.Scheduling;
using Slipway.Build.Sources;
using Slipway.Cli.Commands;
using Slipway.Cli.Rendering;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Archives;
using Slipway.Images.Configuration;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.SharedCache;
using Slipway.Images.Store;

namespace Slipway.Cli;

/// <summary>What every command needs of the world: streams, environment, clock, the store.</summary>
internal sealed class CliContext(TimeProvider clock) : IDisposable
{
    private ImageStore? _store;
    private Registries? _registries, _hastyRegistries;
    private Action<Diagnostic>? _warningSink;

    /// <summary>The name the program was called by: <c>slipway</c>, or <c>docker</c> through a link of that name.</summary>
    public static string CalledName { get; } = ReadCalledName();

    /// <summary><c>--root</c>, understood by every command.</summary>
    public Option<string?> RootOption { get; } = new("--root")
    {
        Description = "The store's folder (default: $SLIPWAY_HOME, else slipway in the user's data folder)",
        HelpName = "FOLDER",
        Recursive = true,
    };

    /// <summary><c>--insecure-registry</c>, understood by every command.</summary>
    public Option<string[]> InsecureOption { get; } = new("--insecure-registry")
    {
        Description = "A registry that may be spoken to in plain HTTP",
        HelpName = "HOST[:PORT]",
        Recursive = true,
    };

    /// <summary><c>--offline</c>, understood by every command.</summary>
    public Option<bool> OfflineOption { get; } = new("--offline")
    {
        Description = "Never touch the network ($SLIPWAY_OFFLINE does the same); what is missing is listed",
        Recursive = true,
    };

    public TimeProvider Clock { get; } = clock;

    public TextWriter Out { get; } = Console.IsOutputRedirected ? Console.Out : new HarmlessWriter(Console.Out);

    public TextWriter Error { get; } = Console.Error;

    public DiagnosticRenderer Diagnostics { get; } =
        new(TerminalTraits.Colour(System.Environment.GetEnvironmentVariable, isTerminal: !Console.IsErrorRedirected));

    /// <summary>The command line as it was typed, for a program that starts itself again.</summary>
    public static IReadOnlyList<string> Arguments { get; } = [.. System.Environment.GetCommandLineArgs().Skip(1)];

    /// <summary>The files of settings; read when something in them is first needed, and throwing then if they are wrong.</summary>
    public Lazy<SlipwayConfig> Config { get; } = new(() => SlipwayConfig.Read(ConfigPlace.Of(Environment)));

    public static string? Environment(string name) => System.Environment.GetEnvironmentVariable(name);

    /// <summary>The store; layers that are known but not here are fetched from the registry they come from.</summary>
    public ImageStore Store(ParseResult parsed)
    {
        if (_store is null)
        {
            _store = ImageStore.Open(ImageStore.ResolveRoot(parsed.GetValue(RootOption)));
            Error.Write(Diagnostics.Render([.. _store.Lost.Select(lost => new Diagnostic(
                Severity.Warning, lost.Code, $"the machine stopped before all was on its disk: {lost.Message}", Help: lost.Help))]));
            _store.Blobs.Fetcher = (blob, origin, token) => FetchAsync(parsed, blob, origin, token);
        }

        return _store;
    }

    /// <summary>What builds fetch besides images; the caller's.</summary>
    public RemoteSources Sources(ImageStore store, BuildSettings settings) => new(
        store,
        new HttpPolicyOptions(),
        new GitCredentials(settings.Secrets, settings.SshAgents, Environment),
        new SourceOptions
        {
            Offline = NetworkAccess.IsForbidden,
            LargestSource = Environment("SLIPWAY_MAX_SOURCE_SIZE") is { Length: > 0 } size ? Values.Size("SLIPWAY_MAX_SOURCE_SIZE", size) : new SourceOptions().LargestSource,
        },
        Clock);

    /// <summary>The origin of a layer says what kind of place it is.</summary>
    private Task<Stream> FetchAsync(ParseResult parsed, Descriptor blob, string origin, CancellationToken cancellationToken)
    {
        if (OciLayoutImages.IsOrigin(origin))
        {
            return Task.FromResult(OciLayoutImages.Open(blob, origin));
        }

        bool isCache = CacheOrigins.IsCache(origin);
        if (NetworkAccess.IsForbidden && !CacheOrigins.IsFolder(origin))
        {
            throw new DiagnosticException(
                "offline", $"the layer {blob.Digest.Short} of {origin} is not here, and --offline forbids to fetch it",
                isCache ? "build once without --offline" : $"get it first: {CalledName} pull {origin}");
        }

        return isCache ? CacheOrigins.FetchAsync(Registries(parsed), blob, origin, cancellationToken) : Registries(parsed).FetchAsync(blob, origin, cancellationToken);
    }

    public Registries Registries(ParseResult parsed) => _registries ??= new Registries(
        new RegistryOptions
        {
            InsecureRegistries = parsed.GetValue(InsecureOption) ?? [],
            Credentials = RegistryCredentials.Load(Environment),
            CertificateFolders = RegistryOptions.CertificateFoldersOf(Environment),
            Policy = new(() => Config.Value.Registries),
            Warn = Warn,
        },
        Clock);

    /// <summary>Tells of something that goes on: through the progress that is shown at the moment, else as lines of its own.</summary>
    public void Warn(Diagnostic warning)
    {
        if (_warningSink is { } sink)
        {
            sink(warning);
        }
        else
        {
            Error.Write(Diagnostics.Render(warning));
        }
    }

    /// <summary>Lets a progress display tell warnings while it is shown; null: none is.</summary>
    public void WarnThrough(Action<Diagnostic>? sink) => _warningSink = sink;

    /// <summary>As the others, for what may be done without: they give up soon.</summary>
    public Registries HastyRegistries(ParseResult parsed) => _hastyRegistries ??= new Registries(
        Registries(parsed).Options with { Http = Registries(parsed).Options.Http with { MaxAttempts = 2, ConnectTimeout = TimeSpan.FromSeconds(5) } }, Clock);

    public void Dispose()
    {
        _hastyRegistries?.Dispose();
        _registries?.Dispose();
        _store?.Dispose();
    }

    private static string ReadCalledName()
    {
        string first = File.ReadAllText("/proc/self/cmdline").Split('\0')[0];
        return Path.GetFileName(first) == "docker" ? "docker" : "slipway";
    }
}
