using System.Collections.Immutable;
using Slipway.Conda.Files;
using Slipway.Conda.Matching;
using Slipway.Conda.Records;
using Slipway.Conda.Versions;
using Slipway.Environments.Recipes;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Environments.Locking;

/// <summary>What a recipe wants of conda on one platform.</summary>
public sealed record CondaWish
{
    internal const string Lab = "jupyterlab";

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

    /// <summary>Exact Python packages that the lock has besides.</summary>
    public IReadOnlyList<LockedPackage> PipExact { get; init; } = [];

    /// <summary>Whether anything of conda is wanted.</summary>
    public bool IsEmpty => Specs.IsEmpty && Exact is null;

    /// <summary>Reads it from a recipe.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="platform">The image's platform.</param>
    /// <param name="variables">Variables that addresses of an explicit list may name.</param>
    /// <param name="problems">Takes what is wrong and what people should know.</param>
    public static CondaWish Of(EnvironmentRecipe recipe, Platform platform, Func<string, string?> variables, ICollection<Diagnostic> problems)
    {
        string subdir = SubdirOf(platform);
        SourceText? source = recipe.CondaLists.GetValueOrDefault(subdir) ?? recipe.Conda;
        CondaWish wish = source is null ? new CondaWish { Subdir = subdir } : Read(source, subdir, variables, problems);
        if (recipe.Settings.Jupyter && wish.Exact is { } exact && exact.All(p => p.Name != Lab) && wish.PipExact.All(p => p.Name != Lab))
        {
            problems.Add(new Diagnostic(
                Severity.Error, "jupyter-not-locked", $"JupyterLab is wanted, and {Path.GetFileName(source!.Path)}, which says the exact packages, has it not", source, default, "add jupyterlab to what that file is made from, and make it again"));
        }

        List<string> added = [];
        bool Has(Func<string, bool> name) => wish.Specs.Any(s => s.ExactName is { } exact && name(exact));
        if (recipe.Conda is not null && wish.Exact is null && wish.Specs.IsEmpty)
        {
            added.Add("python"); // an empty file means the usual Python, as for repo2docker
        }

        added.AddRange(recipe.RPackage?.CondaSpecs ?? []);
        if (recipe.WantsR && recipe.RPackage is null && !Has(name => name == "r-base"))
        {
            added.Add("r-base");
        }

        if (recipe.Settings.Jupyter && !Has(name => name == Lab) && (recipe.Conda is not null || recipe.Python is null))
        {
            added.Add(Lab);
        }

        if (recipe.Conda is null && recipe.Python is not null && added.Count > 0)
        {
            added.Add(recipe.PythonVersion is { } version ? $"python {version}.*" : "python"); // R comes from conda, and then Python does, too
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

    private static CondaWish OfLock(LockFile? file, SourceText source, string subdir, ICollection<Diagnostic> problems)
    {
        if (file is not null && !file.Platforms.Contains(subdir))
        {
            problems.Add(OtherPlatform(source, $"{Path.GetFileName(source.Path)} has nothing for {subdir}; it is for {string.Join(", ", file.Platforms)}"));
        }

        LockedPackage[] packages = [.. file?.For(subdir) ?? []];
        return new CondaWish { Subdir = subdir, Exact = [.. packages.Where(p => p.Manager == PackageManager.Conda)], PipExact = [.. packages.Where(p => p.Manager == PackageManager.Pip)] };
    }

    private static CondaWish OfList(SourceText source, string subdir, Func<string, string?> variables, ICollection<Diagnostic> problems)
    {
        TextSpecFile list = TextSpecFile.Read(source, variables, problems);
        IReadOnlyList<LockedPackage> packages = list.Explicit ?? [];
        string[] others = [.. packages.Select(p => Subdirs.Split(p.Url[..Math.Max(0, p.Url.LastIndexOf('/'))]).Subdir).Append(list.Platform).OfType<string>().Where(s => s != subdir && s != Subdirs.NoArch).Distinct()];
        if (others.Length > 0)
        {
            problems.Add(OtherPlatform(source, $"the list {Path.GetFileName(source.Path)} is for {string.Join(", ", others)}, not for {subdir}"));
        }

        foreach (LockedPackage package in packages.Where(p => p.Sha256 is null && p.Md5 is null))
        {
            problems.Add(new Diagnostic(
                Severity.Error, "no-hash", $"nobody says the hash of {package.FileName}, so it cannot be locked", source, SpanOf(source, package.Url), "make the list again with hashes: conda list --explicit --md5"));
        }

        return new CondaWish { Subdir = subdir, Exact = packages };
    }

    private static TextSpan SpanOf(SourceText source, string text) => source.Text.IndexOf(text, StringComparison.Ordinal) is var at and >= 0 ? new TextSpan(at, text.Length) : default;

    private static Diagnostic OtherPlatform(SourceText source, string message) =>
        new(Severity.Error, "other-platform", message, source, default, "make the file again for this platform, or build for its own with --platform");

    private static CondaWish Read(SourceText source, string subdir, Func<string, string?> variables, ICollection<Diagnostic> problems)
    {
        switch (PackageFiles.KindOf(source))
        {
            case CondaFileKind.CondaLock:
                return OfLock(CondaLockReader.Read(source, problems), source, subdir, problems);
            case CondaFileKind.PixiLock:
                return OfLock(PixiLockReader.Read(source, "default", problems), source, subdir, problems);
            case CondaFileKind.Explicit:
                return OfList(source, subdir, variables, problems);
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
