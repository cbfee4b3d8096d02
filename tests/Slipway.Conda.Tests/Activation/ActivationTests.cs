using Slipway.Conda.Activation;
using Slipway.Conda.Linking;
using Slipway.Conda.Tests.Packages;

namespace Slipway.Conda.Tests.Activation;

public sealed class ActivationTests : IDisposable
{
    private readonly TestWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task An_environment_puts_its_programs_first_and_says_where_it_is()
    {
        EnvironmentActivation activation = await ActivateAsync([new PackageBuilder("a").File("x", "")], new() { ["PATH"] = "/usr/bin:/bin", ["HOME"] = "/root" });
        Assert.Equal(["CONDA_DEFAULT_ENV=/opt/env", "CONDA_PREFIX=/opt/env", "CONDA_SHLVL=1", "PATH=/opt/env/bin:/usr/bin:/bin"], Lines(activation));
        Assert.Empty(activation.NotUnderstood);
    }

    [Theory]
    [InlineData("export A=\"${CONDA_PREFIX}/x\"", "A=/opt/env/x")]
    [InlineData("export A=$CONDA_PREFIX/x B='$y'", "A=/opt/env/x", "B=$y")]
    [InlineData("#!/bin/bash\n# comment\n\nA=1\nexport A # why\nB=2", "A=1")]
    [InlineData("export A=\"${HOME:-/none}/a\" B=${NOPE:-b} C=${NOPE-} D=${HOME:+yes}", "A=/root/a", "B=b", "C=", "D=yes")]
    [InlineData("export A=1; unset A")]
    [InlineData("export A=one\\ two \\\n  B=3", "A=one two", "B=3")]
    [InlineData("export PATH=\"/x:$PATH\"", "PATH=/x:/opt/env/bin:/bin")]
    [InlineData("if [ -z \"$GDAL\" ]; then\n  export A=unset\nelse\n  export A=set\nfi", "A=unset")]
    [InlineData("if [[ -n \"$HOME\" ]]\nthen export _OLD=$HOME\nfi\nexport A=1", "A=1", "_OLD=/root")]
    [InlineData("if [ -d ${CONDA_PREFIX}/share/gdal ]; then export A=$CONDA_PREFIX/share/gdal; elif [ -d $CONDA_PREFIX/lib ]; then export A=lib; fi", "A=/opt/env/share/gdal")]
    [InlineData("if [ -f \"$CONDA_PREFIX/not/there\" ]; then export A=1; elif [ -e $CONDA_PREFIX/share/gdal/f ]; then export A=2; else export A=3; fi", "A=2")]
    [InlineData("[ -d $CONDA_PREFIX/share ] && export A=1 || export A=2", "A=1")]
    [InlineData("[ ! -d $CONDA_PREFIX/nope ] && export A=1", "A=1")]
    [InlineData("if [ \"$A\" != \"\" ]; then export B=1; fi; test \"x\" = 'x' && export C=1\necho done", "C=1")]
    [InlineData("export A=1\nreturn 0\nexport B=1", "A=1")]
    public async Task A_plain_script_is_followed(string script, params string[] expected)
    {
        EnvironmentActivation activation = await ActivateAsync([Script(script)], new() { ["PATH"] = "/bin", ["HOME"] = "/root" });
        Assert.Empty(activation.NotUnderstood);
        Assert.Equal(expected, Lines(activation).Where(line => !line.StartsWith("CONDA_", StringComparison.Ordinal) && line != "PATH=/opt/env/bin:/bin"));
    }

    [Theory]
    [InlineData("export A=1\nexport B=$(pwd)", 2, "a command in $(…)")]
    [InlineData("export A=`pwd`", 1, "backticks")]
    [InlineData("source other.sh", 1, "'source'")]
    [InlineData("A=1 run", 1, "'run'")]
    [InlineData("f() { :; }", 1, "'('")]
    [InlineData("export A=1 > file", 1, "'>'")]
    [InlineData("\n\nfor x in a b; do :; done", 3, "'for'")]
    [InlineData("export A=*", 1, "pattern")]
    [InlineData("export A=~/x", 1, "pattern")]
    [InlineData("if [ -f /etc/passwd ]; then export A=1; fi", 1, "outside")]
    [InlineData("if [ -f $CONDA_PREFIX/../x ]; then export A=1; fi", 1, "outside")]
    [InlineData("if [ 1 -lt 2 ]; then export A=1; fi", 1, "the test")]
    [InlineData("if true; then export A=1", 1, "'fi'")]
    [InlineData("fi", 1, "beginning")]
    [InlineData("export A='1", 1, "quote")]
    [InlineData("export A=${X%%y}", 1, "expansion")]
    [InlineData("if false; then rm -rf x; fi", 1, "'rm'")]
    [InlineData("[ -d x", 1, "without its end")]
    public async Task A_script_that_does_more_is_reported_with_its_line_and_nothing_of_it_counts(string script, int line, string reason)
    {
        EnvironmentActivation activation = await ActivateAsync([Script(script)], new() { ["PATH"] = "/bin" });
        ActivationProblem problem = Assert.Single(activation.NotUnderstood);
        Assert.Equal(("etc/conda/activate.d/a.sh", line), (problem.Path, problem.Line));
        Assert.Contains(reason, problem.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("A", activation.Variables.Keys);
    }

    [Fact]
    public async Task Variables_of_packages_of_the_environment_and_of_scripts_override_each_other_in_this_order()
    {
        PackageBuilder package = new PackageBuilder("a")
            .File("etc/conda/env_vars.d/b.json", """{"A":"second","B":"json"}""").File("etc/conda/env_vars.d/a.json", """{"A":"first","C":"json"}""")
            .File("etc/conda/activate.d/z.sh", "export D=$B").File("etc/conda/activate.d/sub/x.sh", "export X=1").File("etc/conda/activate.d/a.fish", "set X 1");
        LinkPlan plan = await _world.PlanAsync(_world.At("/opt/env") with { Variables = new Dictionary<string, string> { ["B"] = "state" } }, [package]);
        EnvironmentActivation activation = EnvironmentActivation.Of(plan, new Dictionary<string, string>());
        Assert.Equal(["A=second", "B=state", "C=json", "D=state"], Lines(activation).Where(line => line[1] == '='));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"A\":1}")]
    [InlineData("{\"A B\":\"1\"}")]
    [InlineData("{")]
    public async Task Variables_that_cannot_be_read_are_reported(string json)
    {
        EnvironmentActivation activation = await ActivateAsync([new PackageBuilder("a").File("etc/conda/env_vars.d/x.json", json)], []);
        Assert.Single(activation.NotUnderstood);
    }

    [Fact]
    public void A_damaged_script_is_followed_or_reported()
    {
        byte[] valid = "if [ -d \"${CONDA_PREFIX:-x}/share\" ]; then\n  export A='b c'\nelif [[ -n $X && -z y ]]; then unset Z; else :; fi\n[ a = b ] && C=\"$A\" || export D=\\'"u8.ToArray();
        var tests = new ShellTests("/opt/env", new Dictionary<string, Slipway.Packages.Contents.PackageMemberKind>());
        foreach (int seed in Testing.Mutations.Seeds(5000))
        {
            string script = System.Text.Encoding.Latin1.GetString(new Testing.Mutations(seed).Damage(valid, "fi then ] ${ $( ` \" ' && ||"u8.ToArray()));
            try
            {
                new ShellScript(ShellLexer.Read(script), new() { ["CONDA_PREFIX"] = new ShellVariable("/opt/env", true) }, tests).Run();
            }
            catch (ShellLimitException)
            {
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.GetType().Name}: {e.Message}\n{script}", e);
            }
        }
    }

    private static PackageBuilder Script(string script) => new PackageBuilder("a").File("etc/conda/activate.d/a.sh", script).File("share/gdal/f", "");

    private static IEnumerable<string> Lines(EnvironmentActivation activation) => activation.Variables.Select(pair => $"{pair.Key}={pair.Value}");

    private async Task<EnvironmentActivation> ActivateAsync(PackageBuilder[] packages, Dictionary<string, string> before) =>
        EnvironmentActivation.Of(await _world.PlanAsync(_world.At("/opt/env"), packages), before);
}
