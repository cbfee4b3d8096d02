using System.CommandLine;
using System.Globalization;
using Slipway.Conda.Channels;
using Slipway.Conda.Solving;
using Slipway.Conda.Targets;
using Slipway.Foundation.Http;
using Slipway.Images.Configuration;

namespace Slipway.Cli.Commands.Conda;

/// <summary>What the verbs of <c>conda</c> share: what is wanted, from where, and for what.</summary>
internal sealed class CondaFlags
{
    public Argument<string[]> Specs { get; } = new("SPEC") { Description = "Packages: numpy, numpy=1.26, \"numpy >=1.20,<2\", conda-forge::numpy", Arity = ArgumentArity.ZeroOrMore };

    public Option<string[]> Files { get; } = new("--file", "-f")
    {
        Description = "environment.yml, a list of packages or an explicit list; where packages are installed also conda-lock.yml and pixi.lock (environment.yml, when no package is named)",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    };

    public Option<string[]> Channels { get; } = new("--channel", "-c") { Description = "A channel: a name, an address or a folder; before those of the files", HelpName = "CHANNEL", DefaultValueFactory = _ => [] };

    public Option<string[]> Platforms { get; } = new("--platform")
    {
        Description = "What to solve for: linux-64, linux-aarch64, …; also linux/amd64 (the file's platforms, else this machine's)",
        HelpName = "PLATFORM",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _priority = new("--channel-priority") { Description = "strict, flexible or disabled (conda: channel_priority of config.yml, else strict)", HelpName = "PRIORITY" };
    private readonly Option<string?> _alias = new("--channel-alias") { Description = "What stands before channels that are only names (CONDA_CHANNEL_ALIAS)", HelpName = "ADDRESS" };
    private readonly Option<string?> _glibc = new("--glibc") { Description = "The C library's version where it will run (2.28)", HelpName = "VERSION" };
    private readonly Option<string?> _cuda = new("--cuda") { Description = "The newest CUDA that the driver there knows (none)", HelpName = "VERSION" };
    private readonly Option<string?> _excludeNewer = new("--exclude-newer") { Description = "Leave out packages that the channel got later: 2024-05-31, or with a time", HelpName = "DATE" };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Files, Channels, Platforms, _priority, _alias, _glibc, _cuda, _excludeNewer])
        {
            command.Options.Add(option);
        }
    }

    public ChannelPriority Priority(ParseResult parsed, CondaConfig config) => PriorityOf(parsed.GetValue(_priority) ?? config.ChannelPriority);

    public static ChannelPriority PriorityOf(string? text) => text switch
    {
        null or "strict" => ChannelPriority.Strict,
        "flexible" => ChannelPriority.Flexible,
        "disabled" => ChannelPriority.Disabled,
        var other => throw new UsageException("bad-value", $"--channel-priority {other}: expected strict, flexible or disabled"),
    };

    public ChannelSettings Settings(ParseResult parsed, CondaConfig config) => SettingsOf(config, parsed.GetValue(_alias), Directory.GetCurrentDirectory());

    /// <summary>The settings of channels: what a flag says, then a variable, then the files of settings.</summary>
    /// <param name="config">The files.</param>
    /// <param name="alias">The flag; null without one.</param>
    /// <param name="folder">Where relative paths of channels begin.</param>
    public static ChannelSettings SettingsOf(CondaConfig config, string? alias, string folder)
    {
        var settings = new ChannelSettings { Folder = folder, Mirrors = config.Mirrors, Logins = config.Logins, Netrc = NetrcFile.OfUser(CliContext.Environment) };
        settings = settings with
        {
            Alias = config.ChannelAlias ?? settings.Alias,
            RelationDepth = config.RelationDepth ?? settings.RelationDepth,
            Defaults = config.DefaultChannels.Count > 0 ? config.DefaultChannels : settings.Defaults,
        };
        alias ??= CliContext.Environment("CONDA_CHANNEL_ALIAS");
        return string.IsNullOrEmpty(alias) ? settings
            : Uri.TryCreate(alias, UriKind.Absolute, out Uri? address) ? settings with { Alias = address }
            : throw new UsageException("bad-value", $"--channel-alias {alias}: expected an address such as https://conda.example.org/");
    }

    /// <summary>The target, after variables (<c>CONDA_OVERRIDE_…</c>) and flags.</summary>
    public CondaTarget Target(ParseResult parsed, string subdir)
    {
        CondaTarget target = new CondaTarget { Subdir = subdir }.With(CliContext.Environment);
        return target with { Glibc = parsed.GetValue(_glibc) ?? target.Glibc, Cuda = parsed.GetValue(_cuda) ?? target.Cuda };
    }

    public DateTimeOffset? ExcludeNewer(ParseResult parsed) => parsed.GetValue(_excludeNewer) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset date)
            ? text.Length == 10 ? date.AddDays(1) : date // the day itself still counts
            : throw new UsageException("bad-value", $"--exclude-newer {text}: expected a date such as 2024-05-31");
}
