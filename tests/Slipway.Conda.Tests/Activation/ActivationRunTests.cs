using System.Diagnostics;
using Slipway.Conda.Activation;
using Slipway.Conda.Linking;
using Slipway.Conda.Tests.Packages;
using Slipway.Foundation.Text;
using Slipway.Packages.Entries;

namespace Slipway.Conda.Tests.Activation;

/// <summary>What scripts set is found out by running them.</summary>
public sealed class ActivationRunTests : IDisposable
{
    private static readonly Dictionary<string, string> s_before = new() { ["PATH"] = "/usr/bin:/bin", ["LANG"] = "C", ["KEEP"] = "1" };

    private readonly TestWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Scripts_are_sourced_in_one_shell_in_their_order_and_each_has_its_changes()
    {
        ActivationRun run = await RunAsync(new PackageBuilder("a")
            .File("etc/conda/activate.d/a.sh", "export A=$(echo one two)\nhelper() { echo from a; }\nhidden=1\nunset LANG\necho noise; echo noise >&2")
            .File("etc/conda/activate.d/b.sh", "for x in 1 2; do export B=\"$B$x\"; done\nexport C=\"$(helper) $hidden\"\nreturn 3")
            .File("etc/conda/activate.d/c.sh", "export D=$'line\\nline=\u00fc' PATH=\"$CONDA_PREFIX/x:$PATH\"; set -eu; false"));
        Assert.Equal(["A=one two", "B=12", "C=from a 1", "D=line\nline=\u00fc"], run.Activation.Variables.Where(v => v.Key.Length == 1).Select(v => $"{v.Key}={v.Value}"));
        Assert.Equal($"{_world["env"]}/x:{_world["env"]}/bin:/usr/bin:/bin", run.Activation.Variables["PATH"]);
        Assert.Equal(["CONDA_DEFAULT_ENV", "CONDA_PREFIX", "CONDA_SHLVL"], run.Activation.Variables.Keys.Where(k => k.StartsWith("CONDA", StringComparison.Ordinal)));
        Assert.DoesNotContain("KEEP", run.Activation.Variables.Keys);
        Assert.Empty(run.Activation.NotUnderstood);
        Assert.Equal(["a.sh A -LANG", "b.sh B,C -", "c.sh D,PATH -"], run.Scripts.Select(s => $"{Path.GetFileName(s.Path)} {string.Join(',', s.Set.Keys)} -{string.Join(',', s.Removed)}"));
    }

    [Fact]
    public async Task A_script_that_ends_the_shell_is_reported_and_those_before_it_count()
    {
        ActivationRun run = await RunAsync(new PackageBuilder("a").File("etc/conda/activate.d/a.sh", "export A=1").File("etc/conda/activate.d/b.sh", "export B=1; exit 0").File("etc/conda/activate.d/c.sh", "export C=1"));
        Assert.Equal("1", run.Activation.Variables["A"]);
        Assert.DoesNotContain("B", run.Activation.Variables.Keys);
        Assert.Equal("etc/conda/activate.d/b.sh", Assert.Single(run.Activation.NotUnderstood).Path);
    }

    [Fact]
    public async Task An_environment_without_scripts_needs_no_run_and_a_failing_runner_is_told()
    {
        LinkPlan none = await _world.PlanAsync(_world.At("env"), [new PackageBuilder("a").File("x", "")]);
        Assert.Empty((await ActivationRun.RunAsync(none, s_before, new Failing(), TestWorld.Token)).Scripts);
        LinkPlan one = await _world.PlanAsync(_world.At("env"), [new PackageBuilder("b").File("etc/conda/activate.d/a.sh", "export A=1")]);
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(() => ActivationRun.RunAsync(one, s_before, new Failing(), TestWorld.Token));
        Assert.Contains("no such program", e.Message, StringComparison.Ordinal);
    }

    private async Task<ActivationRun> RunAsync(params PackageBuilder[] packages)
    {
        LinkPlan plan = await _world.PlanAsync(_world.At("env"), packages);
        await DirectoryLinker.LinkAsync(plan, FileSharing.None, 2, TestWorld.Token);
        return await ActivationRun.RunAsync(plan, s_before, new Unguarded(), TestWorld.Token);
    }

    /// <summary>Runs the tests' own scripts without a sandbox.</summary>
    private sealed class Unguarded : IEnvironmentRunner
    {
        public async Task<(int ExitCode, string Error)> RunAsync(EnvironmentCommand command, CancellationToken cancellationToken)
        {
            var start = new ProcessStartInfo(command.Arguments[0], command.Arguments.Skip(1)) { RedirectStandardError = true };
            start.Environment.Clear();
            foreach ((string name, string value) in command.Variables)
            {
                start.Environment[name] = value;
            }

            using Process process = Process.Start(start)!;
            string error = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, error);
        }
    }

    private sealed class Failing : IEnvironmentRunner
    {
        public Task<(int ExitCode, string Error)> RunAsync(EnvironmentCommand command, CancellationToken cancellationToken) => Task.FromResult((127, "no such program"));
    }
}
