using System.Collections.Immutable;
using Slipway.Conda.Files;
using Slipway.Conda.Matching;
using Slipway.Conda.Versions;
using Slipway.Environments.Recipes;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Environments.Locking;

/// <summary>What a recipe wants of conda on one platform.</summary>
public sealed record CondaWish
{
    /// <summary>The platform's folder: <c>linux-64</c>.</summary>
    public required string Subdir { get; init; }

    /// <summary>What is wanted, the most important first.</summary>
    public ImmutableArray<MatchSpec> Specs { get; init; } = [];

    /// <summary>As written; empty: the usual ones.</summary>
    public ImmutableArray<string> Channels { get; init; } = [];

    /// <summary>Variables of the environment.</summary>
    public ImmutableSortedDictionary<string, string> Variables { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The lines of the <c>pip:</c> part.</summary>
    public ImmutableArray<WrittenText> Pip { get; init; } = [];

    /// <summary>Exact packages of a lock or list; null when they are to be found.</summary>
    public IReadOnlyList<LockedPackage>? Exact { get; init; }

    /// <summary>Whether anything of conda is wanted.</summary>
    public bool IsEmpty => Specs.IsEmpty && Exact is null;

    /// <summary>Reads it from a recipe.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="platform">The image's platform.</param>
    /// <param name="problems">Takes what is wrong and what people should know.</param>
    public static CondaWish Of(EnvironmentRecipe recipe, Platform platform, ICollection<Diagnostic> problems)
    {
        string subdir = SubdirOf(platform);
        CondaWish wish = recipe.Conda is null ? new CondaWish { Subdir = subdir } : Read(recipe.Conda, subdir, problems);
        List<string> added = [];
        bool Has(Func<string, bool> name) => wish.Specs.Any(s => s.ExactName is { } exact && name(exact));
        if (recipe.Conda is not null && wish.Exact is null && wish.Specs.IsEmpty)
        {
            added.Add("python"); // an empty file means the usual Python, as for repo2docker
        }

        if (recipe.WantsR && !Has(name => name == "r-base"))
        {
            added.Add("r-base");
        }

        if (recipe.Settings.Jupyter && !Has(name => name == "jupyterlab") && (recipe.Conda is not null || recipe.Python is null))
        {
            added.Add("jupyterlab");
        }

        if (wish.Pip.Length > 0 && !Has(name => name is "python"))
        {
            added.Add("python");
        }

        ImmutableArray<string> channels = recipe.Settings.Channels.IsEmpty ? wish.Channels : recipe.Settings.Channels;
        return wish with { Specs = [.. wish.Specs, .. wish.Exact is null ? added.Select(name => MatchSpec.Parse(name, ParseMode.Strict)) : []], Channels = channels };
    }

    /// <summary>Adds what decides which packages are chosen.</summary>
    public void Describe(KeyBuilder key)
    {
        key.Add("subdir", Subdir).AddRange("conda spec", Specs.Select(s => s.ToString())).AddRange("channel", Channels);
        key.AddRange("conda exact", (Exact ?? []).Select(p => $"{p.Url}#{p.Sha256 ?? p.Md5}")).AddRange("pip", Pip.Select(p => p.Text));
    }

    /// <summary>The platform's folder in channels.</summary>
    /// <exception cref="DiagnosticException">There are no conda packages for it.</exception>
    public static string SubdirOf(Platform platform) => (platform.Os, platform.Architecture) switch
    {
        ("linux", "amd64") => "linux-64",
        ("linux", "arm64") => "linux-aarch64",
        ("linux", "ppc64le") => "linux-ppc64le",
        ("linux", "s390x") => "linux-s390x",
        _ => throw new DiagnosticException("no-conda-platform", $"There are no conda packages for {platform}.", "Build for linux/amd64, linux/arm64, linux/ppc64le or linux/s390x."),
    };

    private static CondaWish Read(SourceText source, string subdir, ICollection<Diagnostic> problems)
    {
        string name = Path.GetFileName(source.Path);
        if (name is "conda-lock.yml" or "pixi.lock")
        {
            LockFile? file = name == "pixi.lock" ? PixiLockReader.Read(source, "default", problems) : CondaLockReader.Read(source, problems);
            if (file is not null && !file.Platforms.Contains(subdir))
            {
                problems.Add(new Diagnostic(
                    Severity.Error, "other-platform", $"{name} has nothing for {subdir}; it is for {string.Join(", ", file.Platforms)}", source, default, $"lock again with --platform {subdir}, or build for one of them"));
            }

            return new CondaWish { Subdir = subdir, Exact = [.. (file?.For(subdir) ?? []).Where(p => p.Manager == PackageManager.Conda)] };
        }

        if (EnvironmentFileReader.Read(source, subdir, problems) is not { } environment)
        {
            return new CondaWish { Subdir = subdir };
        }

        return new CondaWish
        {
            Subdir = subdir,
            Specs = [.. environment.Dependencies.Select(d => MatchSpec.TryParse(d.Text, ParseMode.Lenient, out MatchSpec? spec, out _) ? spec : null).OfType<MatchSpec>()],
            Channels = [.. environment.Channels.Select(c => c.Text)],
            Variables = environment.Variables.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Pip = [.. environment.Pip ?? []],
        };
    }
}
