using Slipway.Foundation.Text;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Tests.Solving;

public sealed class PythonSolverTests
{
    [Fact]
    public async Task The_newest_version_is_taken_and_the_request_decides_who_gives_way()
    {
        SmallIndex index = new SmallIndex().Add("a", "1.0", ["b<2"]).Add("a", "2.0", ["b>=2"]).Add("b", "1.0").Add("b", "2.0").Add("c", "1.0", ["b<2"]);
        Assert.Equal("a 2.0, b 2.0", SmallIndex.Text(await index.SolveAsync("a")));
        Assert.Equal("a 1.0, b 1.0, c 1.0", SmallIndex.Text(await index.SolveAsync("a", "c")));
    }

    [Fact]
    public async Task Pre_releases_are_the_last_resort_unless_asked_for()
    {
        SmallIndex index = new SmallIndex().Add("a", "1.0").Add("a", "2.0rc1").Add("only", "1.0b1").Add("b", "1.0", ["a>1"]);
        Assert.Equal("a 1.0", SmallIndex.Text(await index.SolveAsync("a")));
        Assert.Equal("a 2.0rc1", SmallIndex.Text(await index.SolveAsync("a>=1.0.dev0")));
        Assert.Equal("a 2.0rc1, b 1.0", SmallIndex.Text(await index.SolveAsync("a", "b")));
        Assert.Equal("only 1.0b1", SmallIndex.Text(await index.SolveAsync("only")));
        Assert.Equal("a 2.0rc1, only 1.0b1", SmallIndex.Text(await index.SolveAsync(r => r with { Prereleases = n => n.Value == "a" ? true : null }, "a", "only")));
        Assert.Contains("only 1.0b1 is excluded: it is a pre-release, and those are not wanted", SmallIndex.Text(await index.SolveAsync(r => r with { Prereleases = _ => false }, "only")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_yanked_version_is_only_taken_when_exactly_it_is_asked_for_or_locked()
    {
        SmallIndex index = new SmallIndex().Add("a", "1.0").Add("a", "2.0", yanked: "breaks logins.").Add("b", "1.0", ["a==2.0"]);
        Assert.Equal("a 1.0", SmallIndex.Text(await index.SolveAsync("a")));
        PythonResult pinned = await index.SolveAsync("a==2.0");
        Assert.Equal("a 2.0", SmallIndex.Text(pinned));
        Assert.Equal("a 2.0 was yanked (breaks logins).", Assert.Single(pinned.Solution!.Warnings).Message);
        Assert.Equal("a 2.0", SmallIndex.Text(await index.SolveAsync(r => r with { Preferred = Versions(("a", "2.0")) }, "a")));
        Assert.Contains("a 2.0 is excluded: it was yanked (breaks logins)", SmallIndex.Text(await index.SolveAsync("b")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requires_python_is_asked_of_the_release_that_a_pre_release_interpreter_will_be()
    {
        SmallIndex index = new SmallIndex().Add("a", "1.0", requiresPython: ">=3.8").Add("a", "2.0", requiresPython: ">=3.14");
        Assert.Equal("a 1.0", SmallIndex.Text(await index.SolveAsync("a")));
        Assert.Equal("a 2.0", SmallIndex.Text(await index.SolveAsync(r => r with { Target = SmallIndex.Target("3.14.0rc2") }, "a")));
        Assert.Contains("a 2.0 is excluded: it needs Python >=3.14, and the target has 3.11.2", SmallIndex.Text(await index.SolveAsync("a==2.0")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_best_wheel_is_chosen_and_a_source_distribution_only_without_one()
    {
        SmallIndex index = new SmallIndex().Add("a", "1.0", wheels: ["py3-none-any", "cp311-cp311-manylinux_2_28_x86_64", "cp311-cp311-win_amd64"], source: true).Add("s", "1.0", wheels: ["cp311-cp311-win_amd64"], source: true);
        PythonSolution solution = (await index.SolveAsync("a", "s")).Solution!;
        Assert.Equal(["a-1.0-cp311-cp311-manylinux_2_28_x86_64.whl", "s-1.0.tar.gz"], solution.Distributions.Select(d => d.File!.FileName));
        Assert.Equal(4, solution.Distributions[0].Files.Count);
        Assert.Equal("a-1.0.tar.gz", (await index.SolveAsync(r => r with { FromSource = _ => true }, "a")).Solution!.Distributions[0].File!.FileName);
    }

    [Fact]
    public async Task Without_a_file_for_the_target_it_is_said_which_there_are()
    {
        SmallIndex index = new SmallIndex().Add("a", "1.0", wheels: ["cp311-cp311-win_amd64", "cp311-cp311-macosx_11_0_arm64"]).Add("b", "1.0", wheels: ["cp39-cp39-manylinux_2_17_x86_64", "cp310-cp310-manylinux_2_17_x86_64"]).Add("s", "1.0", wheels: [], source: true);
        Assert.Equal(
            "a is asked for\na 1.0 is excluded: it has no wheel for CPython 3.11.2, glibc 2.36, x86_64 (there are wheels for macosx_11_0_arm64, win_amd64), and there is no source distribution, which leaves no a",
            SmallIndex.Text(await index.SolveAsync("a")));
        index.Add("c", "1.0", wheels: ["cp311-cp311-win_amd64", "cp310-cp310-manylinux_2_17_x86_64"]);
        Assert.Contains("(there are wheels for cp310)", SmallIndex.Text(await index.SolveAsync("c")), StringComparison.Ordinal);
        Assert.Contains("(there are wheels for cp39, cp310)", SmallIndex.Text(await index.SolveAsync("b")), StringComparison.Ordinal);
        Assert.Contains("it has no wheel, and building it is not allowed", SmallIndex.Text(await index.SolveAsync(r => r with { FromSource = _ => false }, "s")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_older_wheel_can_be_better_than_a_build()
    {
        SmallIndex index = new SmallIndex().Add("a", "1.0").Add("a", "2.0", wheels: [], source: true);
        Assert.Equal("a 2.0", SmallIndex.Text(await index.SolveAsync("a")));
        Assert.Equal("a 1.0", SmallIndex.Text(await index.SolveAsync(r => r with { PreferBinary = true }, "a")));
    }

    [Fact]
    public async Task Extras_come_with_their_project_in_the_same_version()
    {
        SmallIndex index = new SmallIndex()
            .Add("a", "1.0", ["b; extra == 'x'", "a[x]; extra == 'all'"], extras: ["x", "all"]).Add("a", "2.0", ["b>5; extra == 'x'", "a[x]; extra == 'all'"], extras: ["x", "all"]).Add("b", "1.0");
        PythonResult result = await index.SolveAsync("a[ALL]");
        Assert.Equal("a 1.0, b 1.0", SmallIndex.Text(result));
        Assert.Equal(["all", "x"], result.Solution!.Distributions[0].Extras.Select(e => e.Value));
        Assert.Equal("a 2.0", SmallIndex.Text(await index.SolveAsync("a")));
    }

    [Fact]
    public async Task An_extra_that_does_not_exist_is_told_and_adds_nothing()
    {
        PythonResult result = await new SmallIndex().Add("a", "1.0", extras: ["socks"]).SolveAsync("a[sock]");
        Assert.Equal("a 1.0", SmallIndex.Text(result));
        Diagnostic warning = Assert.Single(result.Solution!.Warnings);
        Assert.Equal(("a 1.0 has no extra sock.", "It has socks."), (warning.Message, warning.Help));
    }

    [Fact]
    public async Task Constraints_narrow_and_bring_nothing_in()
    {
        SmallIndex index = new SmallIndex().Add("a", "1.0", ["b"]).Add("b", "1.0").Add("b", "2.0").Add("c", "1.0");
        Assert.Equal("a 1.0, b 1.0", SmallIndex.Text(await index.SolveAsync(r => r with { Constraints = Parse("b<2", "c==1.0", "unheard>1") }, "a")));
        Assert.Contains("only b>2 is allowed", SmallIndex.Text(await index.SolveAsync(r => r with { Constraints = Parse("b>2") }, "a")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Overrides_stand_in_for_every_requirement_and_keep_its_extras()
    {
        SmallIndex index = new SmallIndex().Add("a", "1.0", ["b[x]<2", "c; sys_platform == 'win32'"]).Add("b", "1.0").Add("b", "2.0", ["d; extra == 'x'"], extras: ["x"]).Add("c", "1.0").Add("d", "1.0");
        Assert.Equal("a 1.0, b 2.0, c 1.0, d 1.0", SmallIndex.Text(await index.SolveAsync(r => r with { Overrides = Parse("b>=2", "c") }, "a")));
        Assert.Equal("a 1.0", SmallIndex.Text(await index.SolveAsync(r => r with { Excludes = new HashSet<ProjectName> { ProjectName.Parse("b") } }, "a")));
    }

    [Fact]
    public async Task Files_newer_than_a_date_do_not_exist()
    {
        SmallIndex index = new SmallIndex().Add("a", "1.0", uploaded: "2024-01-01").Add("a", "2.0", uploaded: "2025-01-01").Add("b", "1.0");
        Assert.Equal("a 1.0", SmallIndex.Text(await index.SolveAsync(r => r with { ExcludeNewer = new DateTimeOffset(2024, 6, 1, 0, 0, 0, TimeSpan.Zero) }, "a")));
        Assert.Contains("b 1.0 is excluded: its index does not say when it was uploaded", SmallIndex.Text(await index.SolveAsync(r => r with { ExcludeNewer = DateTimeOffset.UnixEpoch }, "b")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_lock_had_is_taken_again_until_it_does_not_fit()
    {
        SmallIndex index = new SmallIndex().Add("a", "1.0").Add("a", "1.5").Add("a", "2.0");
        Assert.Equal("a 1.5", SmallIndex.Text(await index.SolveAsync(r => r with { Preferred = Versions(("a", "1.5")) }, "a")));
        Assert.Equal("a 2.0", SmallIndex.Text(await index.SolveAsync(r => r with { Preferred = Versions(("a", "1.5")) }, "a>1.5")));
    }

    [Fact]
    public async Task What_is_installed_stays_and_is_not_in_the_answer()
    {
        SmallIndex index = new SmallIndex().Add("a", "1.0", ["numpy<2"]).Add("a", "2.0", ["numpy>=2"]).Add("numpy", "2.2");
        Assert.Equal("a 1.0", SmallIndex.Text(await index.SolveAsync(r => r with { Installed = Versions(("numpy", "1.26.4")) }, "a")));
        Assert.Equal(
            "numpy>=2 is asked for, but the target has numpy 1.26.4",
            SmallIndex.Text(await index.SolveAsync(r => r with { Installed = Versions(("numpy", "1.26.4")) }, "numpy>=2")).Split('\n')[0]);
    }

    [Fact]
    public async Task An_address_decides_where_a_project_comes_from()
    {
        SmallIndex index = new SmallIndex().Add("a", "1.0", ["b>=1"]).Add("b", "9.0")
            .AddAt("https://u:secret@code.example/b-1.0.zip", "b", "1.0", "c @ https://code.example/c.zip").AddAt("https://code.example/c.zip", "c", "0.1");
        PythonSolution solution = (await index.SolveAsync("a", "b @ https://u:secret@code.example/b-1.0.zip")).Solution!;
        Assert.Equal(["a 1.0", "b 1.0", "c 0.1"], solution.Distributions.Select(d => $"{d.Name} {d.Version}"));
        Assert.Null(solution.Distributions[1].File);
        string no = SmallIndex.Text(await index.SolveAsync("b @ https://u:secret@code.example/b-1.0.zip", "b>2"));
        Assert.Contains("hint: b lies at https://code.example/b-1.0.zip in version 1.0", no, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", no, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_cannot_lead_to_an_address()
    {
        SmallIndex index = new SmallIndex().Add("a", "1.0", ["b @ https://elsewhere.example/b.zip"]).AddAt("https://elsewhere.example/b.zip", "b", "1.0");
        Assert.Contains("it wants b from https://elsewhere.example/b.zip, and only the request may name addresses", SmallIndex.Text(await index.SolveAsync("a")), StringComparison.Ordinal);
        Assert.Equal("a 1.0, b 1.0", SmallIndex.Text(await index.SolveAsync("a", "b @ https://elsewhere.example/b.zip")));
    }

    [Fact]
    public async Task Two_addresses_for_one_project_are_refused()
    {
        var e = await Assert.ThrowsAsync<DiagnosticException>(() => new SmallIndex().SolveAsync("a @ https://one.example/a.zip", "a @ https://me:pw@two.example/a.zip"));
        Assert.Contains("a is to come from https://one.example/a.zip and from https://two.example/a.zip", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_distribution_says_who_requires_it()
    {
        SmallIndex index = new SmallIndex().Add("a", "1.0", ["b>=1; python_version >= '3.8'", "b<3", "c; sys_platform == 'win32'"]).Add("b", "2.0");
        PythonSolution solution = (await index.SolveAsync("b", "a")).Solution!;
        Assert.Equal(["request: b", "a: b>=1; python_version >= \"3.8\"", "a: b<3"], solution.Distributions[1].Via.Select(v => $"{v.Project?.Value ?? "request"}: {v.Requirement}"));
        Assert.Equal(2, solution.Distributions[0].Dependencies.Count);
        Assert.True(solution.Distributions[1].IsDirect);
    }

    [Fact]
    public async Task A_conflict_is_told_from_the_request_to_where_it_breaks()
    {
        SmallIndex index = new SmallIndex().Add("a", "1.0", ["c>=2"]).Add("a", "1.1", ["c>=2"]).Add("b", "1.0", ["c<2"]).Add("c", "1.0").Add("c", "2.0");
        Assert.Equal(
            """
            a is asked for
            every a needs c>=2
            b is asked for
            b 1.0 needs c<2, which leaves no c
            hint: there is a solution without b
            hint: there is a solution without a
            """,
            SmallIndex.Text(await index.SolveAsync("a", "b")));
    }

    [Fact]
    public async Task A_name_that_nobody_knows_and_a_version_that_does_not_exist_get_a_hint()
    {
        SmallIndex index = new SmallIndex().Add("a", "1.0").Add("a", "1.4");
        Assert.Contains("hint: No index has nunpy (asked: index.example)", SmallIndex.Text(await index.SolveAsync("nunpy")), StringComparison.Ordinal);
        Assert.Contains("hint: index.example has a 1.0 to 1.4;", SmallIndex.Text(await index.SolveAsync("a>2")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_marker_without_meaning_passes_a_version_over()
    {
        SmallIndex index = new SmallIndex().Add("a", "1.0").Add("a", "2.0", ["b; os_name ~= '1.0'"]);
        Assert.Equal("a 1.0", SmallIndex.Text(await index.SolveAsync("a")));
    }

    private static Requirement[] Parse(params string[] texts) => [.. texts.Select(Requirement.Parse)];

    private static Dictionary<ProjectName, PythonVersion> Versions(params (string Name, string Version)[] versions) => versions.ToDictionary(v => ProjectName.Parse(v.Name), v => PythonVersion.Parse(v.Version));
}
