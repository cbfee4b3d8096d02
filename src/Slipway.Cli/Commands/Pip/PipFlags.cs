using System.CommandLine;
using System.Globalization;
using Slipway.PyPi.Inputs;
using Slipway.PyPi.Requirements;

namespace Slipway.Cli.Commands.Pip;

/// <summary>What the verbs of <c>pip</c> share: what is wanted, from where, and for what. Names are those of pip, and of uv where pip has none.</summary>
internal sealed class PipFlags
{
    public Argument<string[]> Wanted { get; } = new("REQUIREMENT") { Description = "Packages: numpy, \"numpy>=1.24,<2\", \"name[extra]\", \"name @ https://…\", a wheel or a folder", Arity = ArgumentArity.ZeroOrMore };

    public Option<string[]> Files { get; } = Many("FILE", "requirements.txt or .in, pyproject.toml, Pipfile, setup.cfg, environment.yml (its pip: part), a script; or a lock alone: pylock.toml, uv.lock, poetry.lock, Pipfile.lock", "--requirement", "-r");

    public Option<string[]> Constraints { get; } = Many("FILE", "Versions that must hold for packages that others ask for", "--constraint", "-c");

    public Option<string[]> Overrides { get; } = Many("FILE", "Requirements that stand in for all others on their packages", "--override");

    public Option<string[]> Pythons { get; } = Many("VERSION", "The Python to solve for: 3.11, 3.11.2 (this machine's)", "--python");

    public Option<string[]> Platforms { get; } = Many("PLATFORM", "The machine to solve for: linux/amd64, aarch64, manylinux_2_28_x86_64, musllinux_1_2_aarch64 (this one)", "--platform", "--target-platform");

    public Option<string[]> Extras { get; } = Many("NAME", "An extra of the project or lock", "--extra");

    public Option<bool> AllExtras { get; } = new("--all-extras") { Description = "All extras of it" };

    public Option<string[]> Groups { get; } = Many("NAME", "A group of the project or lock: dev, or another", "--group");

    private readonly Option<string?> _glibc = new("--glibc") { Description = "The version of the C library there (this machine's, else 2.28)", HelpName = "VERSION" };
    private readonly Option<string?> _musl = new("--musl") { Description = "The version of musl there, as on Alpine", HelpName = "VERSION" };
    private readonly Option<string?> _excludeNewer = new("--exclude-newer") { Description = "Leave out files that came to the index later: 2024-05-31, or with a time", HelpName = "DATE" };
    private readonly Option<string?> _index = new("--index-url", "-i") { Description = "The index to ask (PIP_INDEX_URL)", HelpName = "ADDRESS" };
    private readonly Option<string[]> _extraIndexes = Many("ADDRESS", "An index that is asked before it; the first one that knows a project has it alone", "--extra-index-url");
    private readonly Option<string[]> _findLinks = Many("PLACE", "A folder or page with files to take as well", "--find-links", "-f");
    private readonly Option<bool> _noIndex = new("--no-index") { Description = "Ask no index, only --find-links" };
    private readonly Option<string[]> _trusted = Many("HOST", "A host that may be asked without TLS", "--trusted-host");
    private readonly Option<string[]> _onlyBinary = Many("NAMES", "Do not build these from source; :all:", "--only-binary");
    private readonly Option<string[]> _noBinary = Many("NAMES", "Build these from source; :all:", "--no-binary");
    private readonly Option<bool> _preferBinary = new("--prefer-binary") { Description = "An older version with a wheel is better than a newer one without" };
    private readonly Option<bool> _pre = new("--pre") { Description = "Take pre-releases, too" };
    private readonly Option<bool> _hashes = new("--require-hashes") { Description = "Take only files whose hashes the requirements say" };

    public string? Glibc(ParseResult parsed) => parsed.GetValue(_glibc);

    public string? Musl(ParseResult parsed) => parsed.GetValue(_musl);

    public void AddTo(Command command)
    {
        command.Arguments.Add(Wanted);
        foreach (Option option in (Option[])[Files, Constraints, Overrides, Extras, AllExtras, Groups, Pythons, Platforms, _glibc, _musl, _index, _extraIndexes, _findLinks, _noIndex, _trusted, _pre, _excludeNewer, _onlyBinary, _noBinary, _preferBinary, _hashes])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Whether the command line says what packages are for.</summary>
    public bool NamesTarget(ParseResult parsed) => parsed.GetValue(Pythons)!.Length > 0 || parsed.GetValue(Platforms)!.Length > 0;

    /// <summary>Whether the command line names the main index or none.</summary>
    public bool NamesIndex(ParseResult parsed) => parsed.GetValue(_index) is not null || parsed.GetValue(_noIndex);

    /// <summary>The options as lines of a requirements file, which is what gives them their meaning.</summary>
    public IReadOnlyList<string> OptionLines(ParseResult parsed) =>
    [
        .. parsed.GetValue(_noIndex) ? (string[])["--no-index"] : [],
        .. (parsed.GetValue(_index) is { } index ? (string[])[index] : []).Select(v => "--index-url " + Quoted(v)),
        .. parsed.GetValue(_extraIndexes)!.Select(v => "--extra-index-url " + Quoted(v)),
        .. parsed.GetValue(_findLinks)!.Select(v => "--find-links " + Quoted(v)),
        .. parsed.GetValue(_trusted)!.Select(v => "--trusted-host " + Quoted(v)),
        .. parsed.GetValue(_onlyBinary)!.Select(v => "--only-binary " + Quoted(v)),
        .. parsed.GetValue(_noBinary)!.Select(v => "--no-binary " + Quoted(v)),
        .. parsed.GetValue(_preferBinary) ? (string[])["--prefer-binary"] : [],
        .. parsed.GetValue(_pre) ? (string[])["--pre"] : [],
        .. parsed.GetValue(_hashes) ? (string[])["--require-hashes"] : [],
    ];

    public DateTimeOffset? ExcludeNewer(ParseResult parsed) => parsed.GetValue(_excludeNewer) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset date)
            ? text.Length == 10 ? date.AddDays(1) : date // the day itself still counts
            : throw new UsageException("bad-value", $"--exclude-newer {text}: expected a date such as 2024-05-31");

    /// <summary>What is taken of projects and locks besides what they always need.</summary>
    public ProjectChoice Choice(ParseResult parsed) => new(
        [.. parsed.GetValue(Extras)!.Select(e => ExtraName.TryParse(e, out ExtraName name) ? name : throw new UsageException("bad-value", $"--extra {e}: expected the name of an extra"))],
        parsed.GetValue(AllExtras), parsed.GetValue(Groups)!);

    public static ProjectName Project(string option, string text) => ProjectName.TryParse(text, out ProjectName name)
        ? name
        : throw new UsageException("bad-value", $"{option} {text}: expected the name of a package");

    /// <summary>A word as requirements files quote it.</summary>
    internal static string Quoted(string word) => "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    internal static Option<string[]> Many(string value, string description, params string[] names) =>
        new(names[0], names[1..]) { Description = description, HelpName = value, DefaultValueFactory = _ => [] };
}
