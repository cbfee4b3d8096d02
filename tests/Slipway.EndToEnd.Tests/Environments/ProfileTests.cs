using System.Globalization;
using Slipway.EndToEnd.Tests.Conda;

namespace Slipway.EndToEnd.Tests.Environments;

/// <summary>What an image from environment files is like: slim or not, with JupyterLab, with another user.</summary>
public sealed class ProfileTests(World world)
{
    [Fact]
    public async Task A_slim_image_is_smaller_its_programs_run_and_its_records_name_what_is_there()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("environment.yml", $"channels: [{project.Channel}]\ndependencies:\n  - python=3.11\n  - pip\n  - numpy\n  - astropy\n  - pip:\n    - --index-url {project.Index}\n    - networkx\n");
        await project.BuildAsync("-t", "env-whole");
        string[] packages = PackagesOf(project.Read("slipway.lock"));
        await project.BuildAsync("--slim", "-t", "env-slim");
        Assert.Equal(packages, PackagesOf(project.Read("slipway.lock")));
        Assert.Contains("\n  slim: 1\n", project.Read("slipway.lock").Replace("'", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.True(await SizeAsync(project, "env-slim") < 0.95 * await SizeAsync(project, "env-whole"));

        string said = await project.ShellAsync(
            "env-slim",
            "python -c 'import numpy.testing, astropy.io.fits, astropy.tests.runner, networkx; print(\"imported\")' && pip check && pip list --format=freeze --disable-pip-version-check 2>/dev/null | grep -c == "
            + "&& find /opt/env -name 'test_*.py' -path '*/tests/*' | wc -l && python - <<'END'\n"
            + "import csv, glob, json, os\nfor file in glob.glob('/opt/env/conda-meta/*.json'):\n    for path in json.load(open(file))['files']:\n        assert os.path.lexists('/opt/env/' + path), (file, path)\n"
            + "site = '/opt/env/lib/python3.11/site-packages/'\nfor file in glob.glob(site + 'networkx*.dist-info/RECORD'):\n    for row in csv.reader(open(file)):\n        assert os.path.exists(site + row[0]), row\nprint('records are true')\nEND\n");
        string[] lines = said.Split('\n');
        Assert.Equal(["imported", "No broken requirements found."], lines[..2]);
        Assert.Equal("0", lines[3]);
        Assert.Equal("records are true", lines[4]);
        Assert.Equal("1", (await project.Slipway.RunAsync("inspect", "--format", "{{index .Config.Labels \"io.slipway.slim\"}}", "env-slim")).Line());

        // The lock says which it was.
        await project.BuildAsync("--slim", "--locked");
        Assert.Contains("was made for a slim image", (await project.Slipway.RunAsync(1, "build", "--locked", ".")).Error, StringComparison.Ordinal);
        project.Write("slipway.yml", "profile: slim\n");
        await project.BuildAsync("--locked");
    }

    [Fact]
    public async Task Slim_rules_are_listed_without_anything_to_build()
    {
        Cli slipway = world.Slipway with { Folder = world.NewFolder("empty") };
        string rules = (await slipway.RunAsync("plan", "--slim-rules")).Out;
        Assert.Contains("\nheaders: declarations that only compilers read\n  - include/**\n", rules, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JupyterLab_is_solved_with_the_rest_and_is_what_the_image_runs_as_its_user()
    {
        // Debian has no package of JupyterLab, so its place is taken by a stand-in that says how it was started.
        using var project = await EnvironmentWorld.StartAsync(world);
        var channel = new TinyChannel(world.NewFolder("stand-in"));
        await channel.AddAsync(
            "jupyterlab",
            [
                ("bin/jupyter", "#!/bin/sh\nexec python -m jupyterlab_stand_in \"$@\"\n"),
                ("lib/python3.11/site-packages/jupyterlab_stand_in.py", """
                    import os, socket, sys
                    words = dict(w.lstrip("-").split("=") for w in sys.argv[1:] if "=" in w)
                    with socket.create_server((words["ip"], int(words["port"]))):
                        print(f"stand-in for JupyterLab: {sys.argv[1]} on {words['ip']}:{words['port']} as uid {os.getuid()}")

                    """),
            ],
            depends: ["python 3.11.*", "six"]);
        project.Write("environment.yml", $"channels: ['{channel.Folder}', {project.Channel}]\ndependencies: [numpy]\n");
        await project.BuildAsync("--jupyter", "--uid", "1234:99", "--user", "ada", "-t", "env-lab");
        string file = project.Read("slipway.lock");
        Assert.Contains("- name: jupyterlab\n", file, StringComparison.Ordinal);
        Assert.Contains("- name: six\n", file, StringComparison.Ordinal);
        Assert.Contains("    version: 3.11", file.Replace("'", "", StringComparison.Ordinal), StringComparison.Ordinal); // numpy alone would take any Python
        Assert.Equal("stand-in for JupyterLab: lab on 0.0.0.0:8888 as uid 1234", (await project.Slipway.RunAsync("run", "--rm", "--network", "none", "env-lab")).Out.Trim());
        Assert.Equal("8888/tcp", (await project.Slipway.RunAsync("inspect", "--format", "{{range $p, $_ := .Config.ExposedPorts}}{{$p}}{{end}}", "env-lab")).Line());
        Assert.Equal("ada 1234 99 /home/ada\n", await project.ShellAsync("env-lab", "echo $(id -un) $(id -u) $(id -g) $(getent passwd ada | cut -d: -f6)"));

        project.Write("slipway.yml", "jupyter: true\nuser: {name: ada, uid: 1234, gid: 99}\n");
        await project.BuildAsync("--locked");
    }

    [Fact]
    public async Task Flags_of_environments_are_refused_where_they_mean_nothing()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11");
        Assert.Contains("may not be root", (await project.Slipway.RunAsync(2, "build", "--uid", "0", ".")).Error, StringComparison.Ordinal);
        Assert.Contains("there are default and slim", (await project.Slipway.RunAsync(2, "build", "--profile", "tiny", ".")).Error, StringComparison.Ordinal);
        project.Write("Dockerfile", "FROM busybox\n");
        Assert.Contains("--slim is for images from environment files", (await project.Slipway.RunAsync(2, "build", "--slim", ".")).Error, StringComparison.Ordinal);
    }

    private static string[] PackagesOf(string file) => [.. file.Split('\n').Where(line => line.Contains("sha256: ", StringComparison.Ordinal))];

    private static async Task<long> SizeAsync(EnvironmentWorld project, string image) =>
        long.Parse((await project.Slipway.RunAsync("inspect", "--format", "{{.Size}}", image)).Line(), CultureInfo.InvariantCulture);
}
