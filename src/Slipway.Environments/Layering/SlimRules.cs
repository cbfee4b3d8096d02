using System.Collections.Immutable;
using Slipway.Packages.Entries;

namespace Slipway.Environments.Layering;

/// <summary>A kind of files that an image does without.</summary>
/// <param name="Name">Its name.</param>
/// <param name="About">What the files are for, in a clause.</param>
/// <param name="Drops">Patterns of paths relative to the prefix; <c>{site}</c> is the folder of Python's modules.</param>
/// <param name="Keeps">Patterns of paths that stay all the same.</param>
/// <param name="NotOf">Patterns of names of packages that keep theirs.</param>
public sealed record SlimRule(string Name, string About, ImmutableArray<string> Drops, ImmutableArray<string> Keeps, ImmutableArray<string> NotOf);

/// <summary>
/// What a slim image does without (docs/decisions/0119): files of packages that no program reads while it runs. All rules are here, as data. They look at the package's name and the path
/// alone, so that a package's layer is the same whatever else is in the image.
/// </summary>
public static class SlimRules
{
    /// <summary>Goes up when the rules would leave out other files; part of the lock and of the keys of layers.</summary>
    public const string Version = "1";

    private const string Site = "{site}";

    // Who compiles needs what others only ship for compilers; some of them compile while programs run (CUDA, C++ interpreters).
    private static readonly ImmutableArray<string> s_compilers =
    [
        "gcc*", "gxx*", "g++*", "gfortran*", "libgcc-devel*", "libstdcxx-devel*", "*-devel_*", "binutils*", "ld_impl*", "sysroot_*", "kernel-headers_*", "clang*", "libclang*", "llvm*", "lld*", "compiler-rt*",
        "*-compiler", "compilers", "rust*", "go", "go-*", "ghc*", "ocaml*", "nim", "zig*", "ldc", "julia", "cling*", "xeus-c*", "cppyy*", "cppinterop", "root", "root_base", "root-*", "cuda*", "libcu*", "libnv*", "nccl", "cudnn",
    ];

    /// <summary>The rules.</summary>
    public static ImmutableArray<SlimRule> All { get; } =
    [
        new("static-libraries", "libraries that only linkers read", ["**/*.a", "**/*.la"], [], s_compilers),
        new("headers", "declarations that only compilers read", ["include/**"], ["include/**/pyconfig.h"], s_compilers),
        new(
            "development-files", "descriptions of libraries for build systems",
            ["lib/pkgconfig/**", "share/pkgconfig/**", "lib/cmake/**", "share/cmake/**", "share/aclocal/**", "share/gir-1.0/**", "share/vala/**"], [], s_compilers),
        new(
            "python-tests", "tests of Python packages and their data; other modules beside them stay, because some are used",
            [
                .. from folder in new[] { "tests", "test" }
                   from name in new[]
                   {
                       "**/test_*.py", "**/test_*.pyc", "**/*_test.py", "**/*_test.*.pyc", "**/conftest.py", "**/conftest.*.pyc", "data/**", "test_data/**", "testdata/**", "baseline/**", "baseline_images/**", "fixtures/**",
                   }
                   select $"{Site}/**/{folder}/{name}",
            ],
            [$"{Site}/gensim/**"], []),
        new(
            "python-own-tests", "tests of Python itself",
            [
                "lib/python*/test/**", "lib/python*/*/test/**", "lib/python*/*/tests/**", "lib/python*/idlelib/idle_test/**",
            ],
            ["lib/python*/test/__init__.py", "lib/python*/test/__pycache__/__init__.*", "lib/python*/test/support/**"], []),
        new("manuals", "manual pages and documents", ["man/**", "share/man/**", "share/info/**", "share/doc/**", "share/gtk-doc/**", "share/devhelp/**", "doc/**", "docs/**"], [], []),
        new(
            "r-documents", "vignettes, pages in HTML, demonstrations and tests of R packages; what help() shows stays",
            ["lib/R/library/*/doc/**", "lib/R/library/*/html/**", "lib/R/library/*/demo/**", "lib/R/library/*/tests/**", "lib/R/library/*/unitTests/**", "lib/R/doc/manual/**", "lib/R/tests/**"], [], []),
        new("translations", "messages in other languages", ["share/locale/**", "lib/R/library/translations/**", "lib/R/library/*/po/**"], ["share/locale/locale.alias"], []),
        new("completions", "what shells complete", ["share/bash-completion/**", "etc/bash_completion.d/**", "share/zsh/site-functions/**", "share/fish/vendor_completions.d/**"], [], []),
        new("source-maps", "what only debuggers of browsers read", ["**/*.js.map", "**/*.css.map"], [], []),
    ];

    /// <summary>What stays whatever the rules say: licences, and what says which packages are there.</summary>
    public static ImmutableArray<string> Always { get; } =
    [
        "conda-meta/**", "**/*.dist-info/**", "**/*.egg-info/**", "**/*license*", "**/*licence*", "**/*copying*", "**/*copyright*", "**/notice*", "**/authors*", "**/licenses/**", "**/share/terminfo/**",
    ];

    private static readonly (PathPattern[] Drops, PathPattern[] Keeps, ImmutableArray<string> NotOf)[] s_rules =
        [.. All.Select(rule => (Patterns(rule.Drops), Patterns(rule.Keeps), rule.NotOf))];

    private static readonly PathPattern[] s_always = Patterns(Always);

    /// <summary>The files of slim images that packages leave out.</summary>
    public static LeftOutFiles Files { get; } = new("slim-" + Version, Covers);

    /// <summary>Whether a slim image does without a file.</summary>
    /// <param name="package">The package's name.</param>
    /// <param name="path">The path, relative to the prefix.</param>
    public static bool Covers(string package, string path)
    {
        string[] names = WithSite(path.Split('/'));
        foreach ((PathPattern[] drops, PathPattern[] keeps, ImmutableArray<string> notOf) in s_rules)
        {
            if (Any(drops, names) && !Any(keeps, names) && !notOf.Any(name => PathPattern.MatchesName(name, package)))
            {
                return !Any(s_always, names);
            }
        }

        return false;
    }

    // lib/python3.11/site-packages/numpy → {site}/numpy
    private static string[] WithSite(string[] names) =>
        names is ["lib" or "lib64", var python, "site-packages", .. var rest] && (python.StartsWith("python", StringComparison.Ordinal) || python.StartsWith("pypy", StringComparison.Ordinal)) ? [Site, .. rest] : names;

    private static PathPattern[] Patterns(ImmutableArray<string> texts) => [.. texts.Select(text => new PathPattern(text))];

    private static bool Any(PathPattern[] patterns, string[] names)
    {
        foreach (PathPattern pattern in patterns)
        {
            if (pattern.Matches(names))
            {
                return true;
            }
        }

        return false;
    }
}
