using FsCheck;
using FsCheck.Fluent;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Tests.Markers;

public sealed class MarkerAlgebraTests
{
    private static readonly string[] s_comparisons =
    [
        "python_version < '3.9'", "python_version >= '3.9'", "python_version == '3.10'", "python_version ~= '3.8'", "'3.11' <= python_version", "python_full_version < '3.10.2'", "python_full_version != '3.11.9'",
        "sys_platform == 'linux'", "sys_platform != 'win32'", "platform_system == 'Linux'", "platform_system == 'Windows'", "os_name == 'nt'", "platform_machine in 'x86_64 aarch64'",
        "platform_machine not in 'x86_64 aarch64'", "platform_python_implementation == 'PyPy'", "extra == 'x'", "extra != 'x'", "os_name < 'posix'",
    ];

    private static readonly MarkerEnvironment[] s_environments =
    [
        .. from python in new[] { "3.8.0", "3.8.19", "3.9.1", "3.10.0", "3.10.14", "3.11.9", "3.12.0" }
           from system in new[] { ("linux", "Linux", "posix"), ("win32", "Windows", "nt"), ("darwin", "Darwin", "posix") }
           from machine in new[] { "x86_64", "riscv64" }
           from implementation in new[] { "CPython", "PyPy" }
           select Environment(python, system, machine, implementation),
    ];

    private static readonly MarkerContext[] s_contexts = [MarkerContext.Metadata, MarkerContext.ForExtra(ExtraName.Parse("x")), MarkerContext.ForExtra(ExtraName.Parse("y"))];

    [Fact]
    public void Every_answer_of_the_algebra_agrees_with_every_environment() => Prop.ForAll(Markers(), Markers(), (left, right) =>
    {
        Marker and = left.And(right), or = left.Or(right), not = left.Not();
        bool isNever = left.IsNever(), isAlways = left.IsAlways(), isDisjoint = left.IsDisjointFrom(right), implies = left.Implies(right);
        foreach (MarkerEnvironment environment in s_environments)
        {
            Marker? simple = left.Simplify(environment, out bool value);
            foreach (MarkerContext context in s_contexts)
            {
                bool a = left.Evaluate(environment, context), b = right.Evaluate(environment, context);
                bool joins = and.Evaluate(environment, context) == (a && b) && or.Evaluate(environment, context) == (a || b) && not.Evaluate(environment, context) != a
                    && (simple?.Evaluate(environment, context) ?? value) == a;
                bool agrees = !(a && isNever) && !(!a && isAlways) && !(a && b && isDisjoint) && !(a && !b && implies);
                Assert.True(joins && agrees, joins && agrees ? "" : $"{left} / {right} in {environment}");
            }
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));

    [Fact]
    public void A_marker_prints_as_what_reads_the_same() => Prop.ForAll(Markers(), marker =>
    {
        string text = marker.Not().Or(marker).ToString();
        Assert.Equal(text, Marker.Parse(text).ToString());
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Theory]
    [InlineData("python_version >= '3.9' and python_full_version < '3.9'")]
    [InlineData("python_version == '3.9' and python_full_version >= '3.10.0a1'")]
    [InlineData("python_version > '3.8' and python_version < '3.9'")]
    [InlineData("sys_platform == 'linux' and platform_system == 'Windows'")]
    [InlineData("os_name == 'nt' and sys_platform == 'linux'")]
    [InlineData("extra == 'a' and extra == 'b'")]
    [InlineData("os_name == 'a' and (os_name != 'a' or os_name == 'b')")]
    [InlineData("'x' in platform_machine and 'x' not in platform_machine")]
    [InlineData("os_name > 'a'")]
    public void A_contradiction_is_seen(string marker)
    {
        Assert.True(Marker.Parse(marker).IsNever());
        Assert.False(Marker.Parse(marker).IsAlways());
    }

    [Theory]
    [InlineData("python_version < '3.9' or python_version >= '3.9'")]
    [InlineData("python_version >= '3.8' or python_full_version < '3.8.dev0'")]
    [InlineData("sys_platform != 'win32' or platform_system == 'Windows'")]
    [InlineData("os_name == 'a' or os_name != 'a'")]
    public void What_always_holds_is_seen(string marker) => Assert.True(Marker.Parse(marker).IsAlways());

    [Fact]
    public void For_a_target_only_extras_are_left()
    {
        MarkerEnvironment environment = Environment("3.11.9", ("linux", "Linux", "posix"), "x86_64", "CPython");
        Assert.Equal("extra == \"x\"", Marker.Parse("(sys_platform == 'linux' and extra == 'x') or python_version < '3'").Simplify(environment, out _)!.ToString());
        Assert.Null(Marker.Parse("sys_platform == 'linux' or extra == 'x'").Simplify(environment, out bool value));
        Assert.True(value);
    }

    private static Arbitrary<Marker> Markers() => Arb.From(Gen.Sized(size => Of(Math.Min(size, 4))).Select(Marker.Parse));

    private static Gen<string> Of(int size) => size == 0
        ? Gen.Elements(s_comparisons)
        : Gen.OneOf(
            Gen.Elements(s_comparisons),
            Of(size / 2).SelectMany(left => Of(size / 2).Select(right => $"({left}) and {right}")),
            Of(size / 2).SelectMany(left => Of(size / 2).Select(right => $"{left} or ({right})")));

    private static MarkerEnvironment Environment(string python, (string Platform, string System, string Os) system, string machine, string implementation) => new()
    {
        PythonVersion = string.Join('.', python.Split('.').Take(2)),
        PythonFullVersion = python,
        OsName = system.Os,
        SysPlatform = system.Platform,
        PlatformMachine = machine,
        PlatformSystem = system.System,
        PlatformRelease = "6.1",
        PlatformVersion = "1",
        PlatformPythonImplementation = implementation,
        ImplementationName = implementation.ToLowerInvariant(),
        ImplementationVersion = python,
    };
}
