using System.CommandLine;
using Slipway.Cli.Commands.Environments;

namespace Slipway.Cli.Commands.Images;

/// <summary>The flags of <c>build</c> and <c>plan</c>.</summary>
internal sealed class BuildFlags
{
    public Argument<string> Path { get; } = new("PATH")
    {
        Description = "The build context: a folder, a git repository (URL#REF:FOLDER), an address of an archive or Dockerfile, or - for either on standard input",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = _ => ".",
    };

    public Option<string?> File { get; } = new("--file", "-f") { Description = "The Dockerfile (default: PATH/Dockerfile), also an address; - for standard input; or the environment file to build from", HelpName = "FILE" };

    public Option<string[]> Tag { get; } = new("--tag", "-t") { Description = "A name for the image, name[:tag]; may be repeated", HelpName = "NAME" };

    public Option<string[]> BuildArg { get; } = new("--build-arg", "--build-args") { Description = "A value for an ARG; without =VALUE it is taken from the environment", HelpName = "NAME[=VALUE]" };

    public Option<string?> Target { get; } = new("--target") { Description = "The stage to build (default: the last)", HelpName = "STAGE" };

    public Option<string[]> Platform { get; } = new("--platform") { Description = "What the image is for, such as linux/amd64; several (a,b) make an index of images", HelpName = "PLATFORM" };

    public Option<string[]> Label { get; } = new("--label") { Description = "A label for the image", HelpName = "NAME=VALUE" };

    public Option<string[]> Secret { get; } = new("--secret") { Description = "A secret for RUN --mount=type=secret: id=ID,src=FILE or id=ID,env=VARIABLE", HelpName = "SECRET" };

    public Option<string[]> Ssh { get; } = new("--ssh") { Description = "An ssh agent for RUN --mount=type=ssh: default, or ID=SOCKET", HelpName = "AGENT" };

    public Option<string?> NoCache { get; } = new("--no-cache") { Description = "Do not use the cache; with =STAGE,… only for these stages", HelpName = "=STAGE,…", Arity = ArgumentArity.ExactlyOne };

    public Option<string[]> CacheFrom { get; } = new("--cache-from") { Description = "A cache of other machines to take steps from: type=registry,ref=HOST/REPO, type=local,src=FOLDER, or a reference; may be repeated", HelpName = "CACHE" };

    public Option<string[]> CacheTo { get; } = new("--cache-to") { Description = "A cache for other machines to send steps to: type=registry,ref=HOST/REPO or type=local,dest=FOLDER, then mode=min|max, compression=zstd|gzip, mounts=true, ignore-error=true", HelpName = "CACHE" };

    public Option<string?> KeepStorage { get; } = new("--keep-storage") { Description = "Afterwards remove the longest unused until the store has no more than this, such as 20GB, or off (default: $SLIPWAY_KEEP_STORAGE, else a tenth of the disk)", HelpName = "SIZE" };

    public Option<string?> Pull { get; } = new("--pull") { Description = "Ask the registries for base images: always (--pull alone), missing (default), newer (what is here is good enough when a registry does not answer) or never", HelpName = "=WHEN", Arity = ArgumentArity.ExactlyOne };

    public Option<string[]> Output { get; } = new("--output", "-o") { Description = "Where the result goes: FOLDER, - (a tar), or type=local|tar|oci|docker|registry|image,dest=…; may be repeated", HelpName = "OUTPUT" };

    public Option<string[]> Annotation { get; } = new("--annotation") { Description = "An annotation of the manifest; index: or manifest,index: before it says of what", HelpName = "[TYPE:]NAME=VALUE" };

    public Option<bool> Push { get; } = new("--push") { Description = "Push the image to the registries that its names say" };

    public CompressionFlags Compression { get; } = new();

    public Option<bool> Load { get; } = new("--load") { Description = "Accepted for docker's sake: the image is always put into the store" };

    public Option<bool> Remove { get; } = new("--rm", "--force-rm") { Description = "Accepted for docker's sake: a step's container never outlives it" };

    public Option<string[]> BuildContext { get; } = new("--build-context") { Description = "Another context: NAME=FOLDER, NAME=URL, NAME=docker-image://IMAGE or NAME=oci-layout://FOLDER[:TAG]", HelpName = "NAME=VALUE" };

    public Option<string[]> AddHost { get; } = new("--add-host") { Description = "A line for /etc/hosts during the build", HelpName = "NAME:ADDRESS" };

    public Option<string?> Network { get; } = new("--network") { Description = "The network of RUN steps: host (default) or none", HelpName = "MODE" };

    public Option<string?> ShmSize { get; } = new("--shm-size") { Description = "Size of /dev/shm, such as 256m", HelpName = "SIZE" };

    public Option<string?> IidFile { get; } = new("--iidfile") { Description = "Write the image's id to this file", HelpName = "FILE" };

    public Option<string?> MetadataFile { get; } = new("--metadata-file") { Description = "Write digests and names as JSON to this file", HelpName = "FILE" };

    public Option<string> Progress { get; } = Choice("--progress", "How progress is shown", "auto", "auto", "tty", "plain", "json");

    public Option<int> Jobs { get; } = new("--jobs") { Description = "How many steps run at once (default: one per processor)", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount };

    public Option<string?> Timestamp { get; } = new("--timestamp") { Description = "The time of new files in the image: seconds since 1970 (default: $SOURCE_DATE_EPOCH, else 1980-01-02)", HelpName = "SECONDS" };

    public Option<bool> Explain { get; } = new("--explain") { Description = "Say why each step was or was not taken from the cache, and what each IF came to" };

    public Option<string?> OnError { get; } = new("--on-error") { Description = "What to do when a RUN fails: shell opens a shell in it", HelpName = "shell" };

    public Option<bool> Locked { get; } = new("--locked") { Description = "Of environment files: fail if slipway.lock (or FILE.lock of a Dockerfile's --from=env:FILE) does not fit them, instead of bringing it up to date" };

    public Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Print only the image's id" };

    public EnvironmentFlags Environments { get; } = new();

    public IEnumerable<Option> ForPlan => [File, Locked, .. Environments.All, BuildArg, Target, Platform, Label, BuildContext, AddHost, Network, ShmSize, Pull, Secret, Ssh];

    public IEnumerable<Option> ForBuild =>
    [
        .. ForPlan, Tag, Output, Annotation, NoCache, CacheFrom, CacheTo, KeepStorage, Push, .. Compression.All, Load, Remove, IidFile, MetadataFile, Progress, Jobs, Timestamp, Explain, OnError, Quiet,
    ];

    private static Option<string> Choice(string name, string description, string initial, params string[] values)
    {
        var option = new Option<string>(name) { Description = $"{description}: {string.Join(", ", values)}", HelpName = "MODE", DefaultValueFactory = _ => initial };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
