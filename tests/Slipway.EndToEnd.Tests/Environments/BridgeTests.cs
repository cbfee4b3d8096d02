namespace Slipway.EndToEnd.Tests.Environments;

/// <summary>Environments in a Dockerfile: <c>COPY --from=env:FILE</c>.</summary>
public sealed class BridgeTests(World world)
{
    private const string Whole = "FROM debian:stable-slim\nCOPY --from=env:environment.yml /opt/env /opt/env\n";

    [Fact]
    public async Task A_conda_environment_gets_into_a_stage_and_the_steps_after_it_find_its_programs()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11", "numpy");
        project.Write("Dockerfile", Whole + "RUN python -c 'import numpy; print(numpy.__version__)' >/version\nUSER 1234\nCMD [\"python\"]\n");
        string id = await project.BuildAsync("-t", "bridge-conda");
        Assert.Equal("1.24.2\n/opt/env/bin/python\n/opt/env\n", await project.ShellAsync("bridge-conda", "cat /version; which python; echo $CONDA_PREFIX"));
        Assert.Contains("- name: numpy\n", project.Read("environment.yml.lock"), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(project.Folder, "slipway.lock")));

        string file = project.Read("environment.yml.lock");
        Assert.Equal(id, await project.BuildAsync("--locked"));
        Assert.Equal(file, project.Read("environment.yml.lock"));
        project.Dispose();
        Assert.Equal(id, (await project.Slipway.RunAsync("--offline", "build", "-q", "--locked", ".")).Line());
    }

    [Fact]
    public async Task The_layers_are_those_that_a_build_without_a_Dockerfile_makes_of_the_same_file()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11", "numpy");
        await project.BuildAsync("-t", "bridge-without");
        project.Write("Dockerfile", Whole);
        await project.BuildAsync("-t", "bridge-with");
        string[] without = await project.LayersAsync("bridge-without"), with = await project.LayersAsync("bridge-with");
        Assert.InRange(with.Length, 5, 40);
        Assert.Empty(with.Except(without));
        Assert.Equal(2, without.Except(with).Count()); // the user's and the project's
    }

    [Fact]
    public async Task A_change_of_one_package_leaves_the_layers_of_the_others_as_they_were()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11", "numpy");
        project.Write("Dockerfile", Whole + "COPY main.py /srv/\n");
        project.Write("main.py", "");
        await project.BuildAsync("-t", "bridge-before");
        project.WriteEnvironment("python=3.11", "numpy", "tqdm");
        await project.BuildAsync("-t", "bridge-after");
        string[] before = await project.LayersAsync("bridge-before"), after = await project.LayersAsync("bridge-after");
        Assert.InRange(after.Except(before).Count(), 2, 2); // the package's, and the environment's own records
        Assert.InRange(before.Except(after).Count(), 1, 2);
        Assert.Equal(before[^1], after[^1]);
    }

    [Fact]
    public async Task Requirements_become_a_virtual_environment_of_the_Python_that_the_stage_begins_with()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("requirements.txt", $"--index-url {project.Index}\nflask\n");
        project.Write("Dockerfile", "FROM python:3.11-slim\nCOPY --from=env:requirements.txt /opt/env /opt/env\nRUN flask --version >/version\n");
        await project.BuildAsync("-t", "bridge-pip");
        string said = await project.ShellAsync("bridge-pip", "cat /version; python -c 'import flask, sys; print(sys.prefix)'; echo $VIRTUAL_ENV");
        Assert.Contains("Flask", said, StringComparison.Ordinal);
        Assert.EndsWith("/opt/env\n/opt/env\n", said, StringComparison.Ordinal);

        project.Write("runtime.txt", "python-3.11");
        File.Delete(Path.Combine(project.Folder, "Dockerfile"));
        await project.BuildAsync("-t", "bridge-pip-without");
        string[] with = await project.LayersAsync("bridge-pip");
        Assert.Single(with.Except(await project.LayersAsync("bridge-pip-without"))); // that of the RUN
    }

    [Fact]
    public async Task A_project_is_built_for_the_stage_and_installed_with_what_it_needs()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("pyproject.toml", $"[build-system]\nrequires = [\"flit_core\"]\nbuild-backend = \"flit_core.buildapi\"\n[project]\nname = \"app\"\nversion = \"1.0\"\ndescription = \"x\"\ndependencies = [\"six\"]\n"
            + $"[project.scripts]\nsay = \"app:say\"\n[[tool.uv.index]]\nurl = \"{project.Index}\"\ndefault = true\n");
        project.Write("app.py", "\"\"\"A module.\"\"\"\nimport six\n\n\ndef say():\n    print('said', six.PY3)\n");
        project.Write("Dockerfile", "FROM python:3.11-slim\nCOPY --from=env:pyproject.toml /opt/env /opt/env\nRUN say >/said\n");
        string id = await project.BuildAsync("-t", "bridge-project");
        Assert.Equal("said True\n/opt/env/bin/say\n", await project.ShellAsync("bridge-project", "cat /said; which say"));
        Assert.Contains("  projects:\n  - name: app\n", project.Read("pyproject.toml.lock"), StringComparison.Ordinal);
        Assert.Equal(id, await project.BuildAsync("--locked"));
    }

    [Fact]
    public async Task Single_files_are_copied_as_from_any_stage_and_bring_no_variables()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11", "six");
        project.Write("Dockerfile", "FROM debian:stable-slim\nCOPY --from=env:environment.yml --chmod=0700 /opt/env/bin/python3.11 /usr/local/bin/\nCOPY --from=env:environment.yml /opt/env/lib/python3.11/site-packages/*.py /srv/\n");
        await project.BuildAsync("-t", "bridge-part");
        string said = await project.ShellAsync("bridge-part", "stat -c %a /usr/local/bin/python3.11; ls /srv; echo \"<$CONDA_PREFIX>\"; ls /opt");
        Assert.Equal("700\nsix.py\n<>\n", said);
        Assert.Equal(3, (await project.LayersAsync("bridge-part")).Length);
    }

    [Fact]
    public async Task Stages_are_built_from_environments_mount_them_and_take_them_with_an_owner()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11", "six");
        project.Write("Dockerfile", """
            FROM env:environment.yml AS tools
            RUN python -c 'import six; print(six.__name__)' >/made && echo $LANG >>/made
            FROM debian:stable-slim AS mounted
            RUN --mount=type=bind,from=env:environment.yml,source=/opt/env,target=/opt/env /opt/env/bin/python -c 'import six; print("mounted")' >/made
            FROM debian:stable-slim
            COPY --from=env:environment.yml --chown=1234:1234 /opt/env /opt/env
            COPY --from=tools /made /tools
            COPY --from=mounted /made /mounted
            RUN python -c 'import six'; ls -A /opt >/opt.txt
            """);
        await project.BuildAsync("-t", "bridge-stages");
        Assert.Equal("six\nC.UTF-8\nmounted\nenv\n1234\n", await project.ShellAsync("bridge-stages", "cat /tools /mounted /opt.txt; stat -c %u /opt/env/bin/python3.11"));
        Assert.Equal("[\"python\"]", (await project.Slipway.RunAsync("inspect", "--format", "{{json .Config.Cmd}}", await project.BuildAsync("--target", "tools"))).Line());
    }

    [Fact]
    public async Task Plan_shows_the_layers_and_lock_writes_the_lock_alone()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11", "six");
        project.Write("docker/Dockerfile", Whole);
        Outcome locked = await project.Slipway.RunAsync("lock", "-f", "docker/Dockerfile", ".");
        Assert.Equal("environment.yml.lock", locked.Line());
        Assert.Contains("environment.yml for linux/", locked.Error, StringComparison.Ordinal);
        Assert.Equal("environment.yml.lock (as before)", (await project.Slipway.RunAsync("lock", "-f", "docker/Dockerfile", ".")).Line());
        project.Dispose();
        string plan = (await project.Slipway.RunAsync("--offline", "plan", "-f", "docker/Dockerfile", ".")).Out;
        Assert.Contains("line 2: env:environment.yml: conda python 3.11.2 <- ", plan, StringComparison.Ordinal);
        Assert.Contains("PATH=/opt/env/bin:", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_is_told_with_its_place_and_all_at_once()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11");
        project.Write("requirements.txt", "six\n");
        project.Write("Dockerfile", """
            FROM debian:stable-slim
            COPY --from=env:enviroment.yml /opt/env /opt/env
            COPY --from=env:Gemfile /opt/env /opt/env
            COPY --from=env:environment.yml /opt/env /opt/conda
            COPY --from=env:environment.yml /usr/bin/python /usr/bin
            COPY --from=env:../environment.yml /opt/env /opt/env
            COPY --from=env:requirements.txt /opt/env /opt/env
            RUN --mount=from=env:nope.txt,target=/x true
            """);
        string said = (await project.Slipway.RunAsync(1, "build", ".")).Error;
        foreach (string expected in new[]
        {
            "Dockerfile:2:6: error: there is no file enviroment.yml in the build context", "did you mean env:environment.yml?",
            "Dockerfile:3:6: error: Gemfile is no file that says which packages are wanted",
            "Dockerfile:4:42: error: an environment works only where it was made for, which is /opt/env, and this would put it into /opt/conda",
            "Dockerfile:5:33: error: env:environment.yml has nothing but /opt/env, and /usr/bin/python is outside of it",
            "Dockerfile:6:6: error: ../environment.yml is no path within the build context",
            "Dockerfile:7:6: error: the packages of requirements.txt need a Python, and debian:stable-slim has none on its PATH",
            "Dockerfile:8:5: error: there is no file nope.txt in the build context",
        })
        {
            Assert.Contains(expected, said, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("FROM alpine\nCOPY --from=env:environment.yml /opt/env /opt/env\n", "need the GNU C library, and alpine:latest has none")]
    [InlineData("FROM scratch\nCOPY --from=env:environment.yml /opt/env /opt/env\n", "this stage has none")]
    [InlineData("FROM env:environment.yml\nCOPY --from=env:other.yml /opt/env /opt/env\n", "/opt/env holds env:environment.yml already")]
    public async Task An_environment_that_could_not_work_in_a_stage_is_refused(string recipe, string expected)
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11");
        project.Write("other.yml", project.Read("environment.yml"));
        project.Write("Dockerfile", recipe);
        Assert.Contains(expected, (await project.Slipway.RunAsync(1, "build", ".")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_no_longer_matches_its_lock_is_refused_with_locked_and_mistakes_in_it_have_their_place()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11");
        project.Write("Dockerfile", Whole);
        await project.Slipway.RunAsync("lock", ".");
        string before = project.Read("environment.yml.lock");
        project.WriteEnvironment("python=3.11", "six");
        string said = (await project.Slipway.RunAsync(1, "build", "--locked", ".")).Error;
        Assert.Contains("Dockerfile:2:6: error: environment.yml.lock was made for another environment.yml", said, StringComparison.Ordinal);
        Assert.Equal(before, project.Read("environment.yml.lock"));
        project.WriteEnvironment("python=3.11", "six ===== 1");
        Assert.Contains("environment.yml:4:", (await project.Slipway.RunAsync(1, "build", ".")).Error, StringComparison.Ordinal);
    }
}
