namespace Slipway.EndToEnd.Tests.Environments;

/// <summary>From a repository's environment files to an image, without a Dockerfile.</summary>
public sealed class EnvironmentBuildTests(World world)
{
    [Fact]
    public async Task An_environment_file_becomes_an_image_in_which_its_programs_run_as_a_user_without_activation()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11", "numpy", "r-dplyr");
        project.Write("main.py", "print('from the project')");
        string id = await project.BuildAsync("-t", "env-conda");
        string said = await project.ShellAsync("env-conda", "python -c 'import numpy; print(numpy.__version__)' && Rscript -e 'suppressMessages(library(dplyr)); cat(nrow(mtcars))' && echo && python main.py && id -u && pwd && which python && locale 2>/dev/null | head -1");
        Assert.Equal(["1.24.2", "32", "from the project", "1000", "/srv/project", "/opt/env/bin/python"], said.Split('\n')[..6]);
        Assert.Contains("LANG=C.UTF-8", said, StringComparison.Ordinal);
        Assert.Equal("", await project.ShellAsync("env-conda", "find /tmp /home /root /var/cache /opt/env/pkgs -size +1024k 2>/dev/null || true"));

        Assert.StartsWith("# The exact packages", project.Read("slipway.lock"), StringComparison.Ordinal);
        Assert.Equal(id, await project.BuildAsync("--locked"));
        Assert.Equal(id, (await project.Slipway.RunAsync("--offline", "build", "-q", ".")).Line());
    }

    [Fact]
    public async Task What_is_in_the_image_is_what_the_lock_says()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("environment.yml", $"channels: [{project.Channel}]\ndependencies:\n  - python=3.11\n  - pip\n  - numpy\n  - pip:\n    - --index-url {project.Index}\n    - rich\n");
        await project.BuildAsync("-t", "env-mixed");
        string pip = await project.ShellAsync("env-mixed", "pip list --format=freeze --disable-pip-version-check 2>/dev/null; pip check; python -m rich --help >/dev/null 2>&1; echo $?; ls /opt/env/conda-meta");
        Assert.Contains("No broken requirements found.\n", pip, StringComparison.Ordinal);
        string file = project.Read("slipway.lock");
        Assert.Contains("- name: rich\n", file, StringComparison.Ordinal);
        Assert.Contains("rich==", pip, StringComparison.Ordinal);
        Assert.DoesNotContain("  - name: numpy\n    version: 1.24.2\n    url:", file, StringComparison.Ordinal); // conda's counts as installed for the Python part
        string[] conda = [.. file[..file.IndexOf("  python:", StringComparison.Ordinal)].Split("  - name: ")[1..].Select(p => p.Split('\n')[0])];
        Assert.Equal(conda.Length, pip.Split('\n').Count(line => line.EndsWith(".json", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_packages_records_of_all_three_kinds_agree_with_the_lock_and_no_cache_is_left()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("environment.yml", $"channels: [{project.Channel}]\ndependencies:\n  - python=3.11\n  - pip\n  - numpy\n  - pip:\n    - --index-url {project.Index}\n    - rich\n");
        project.Write("apt.txt", "sl\n");
        await project.BuildAsync("-t", "env-records");
        string file = project.Read("slipway.lock");
        string[] conda = [.. (await project.ShellAsync("env-records", "ls /opt/env/conda-meta")).Split('\n').Where(name => name.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        Assert.Equal(LockedPackages(file, "conda", "name", "version", "build").Select(p => $"{p[0]}-{p[1]}-{p[2]}.json").Order(StringComparer.Ordinal), conda);

        string[] pip = (await project.ShellAsync("env-records", "pip list --format=freeze --disable-pip-version-check 2>/dev/null; pip check")).Split('\n');
        Assert.Contains("No broken requirements found.", pip);
        string[] python = [.. LockedPackages(file, "python", "name", "version").Select(p => $"{p[0]}=={p[1]}")];
        Assert.Contains(python, p => p.StartsWith("rich==", StringComparison.Ordinal));
        Assert.Empty(python.Except(pip.Select(line => line.Split("==")).Where(pair => pair.Length == 2).Select(pair => $"{pair[0].ToLowerInvariant().Replace('_', '-').Replace('.', '-')}=={pair[1]}")));

        string dpkg = await project.ShellAsync("env-records", "dpkg-query -W -f '${Package}=${Version}\\n' && dpkg -l sl | tail -1 | cut -c1-2; dpkg --audit");
        string[][] apt = LockedPackages(file, "apt", "name", "version");
        Assert.Contains(apt, p => p[0] == "sl");
        Assert.Empty(apt.Select(p => $"{p[0]}={p[1]}").Except(dpkg.Split('\n')));
        Assert.EndsWith("\nii\n", dpkg, StringComparison.Ordinal);

        string large = (await project.Slipway.RunAsync("run", "--rm", "--network", "none", "--user", "root", "env-records", "sh", "-c", "du -sk /tmp /var/tmp /home /root /var/cache /var/lib/apt/lists /run 2>/dev/null")).Out;
        Assert.All(large.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.True(int.Parse(line.Split('\t')[0], System.Globalization.CultureInfo.InvariantCulture) <= 1024, line));
    }

    [Fact]
    public async Task Adding_a_package_leaves_the_layers_of_the_others_as_they_were()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11", "numpy");
        await project.BuildAsync("-t", "env-before");
        string[] before = await project.LayersAsync("env-before");
        project.WriteEnvironment("python=3.11", "numpy", "tqdm");
        await project.BuildAsync("-t", "env-after");
        string[] after = await project.LayersAsync("env-after");

        // Gone: the environment's own small layer, the project's files, and at most the group that the new package is in.
        Assert.InRange(before.Except(after).Count(), 1, 3);
        Assert.InRange(after.Except(before).Count(), 2, 3);
        Assert.Contains("tqdm", await project.ShellAsync("env-after", "python -c 'import tqdm, numpy; print(tqdm.__name__)'"), StringComparison.Ordinal);
        Assert.Contains("numpy", await project.ShellAsync("env-after", "ls /opt/env/conda-meta"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_files_and_lock_give_the_same_image_from_another_store_folder_and_time_with_one_core_or_two()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11", "numpy", "six");
        project.Write("src/main.py", "print(1)");
        string id = await project.BuildAsync("--jobs", "2");

        string elsewhere = world.NewFolder("elsewhere");
        (await new Command("cp", "-r", project.Folder + "/.", elsewhere).RunAsync(TestContext.Current.CancellationToken)).Expect(0);
        (await new Command("find", elsewhere, "-exec", "touch", "-d", "2001-01-01", "{}", "+").RunAsync(TestContext.Current.CancellationToken)).Expect(0);
        Cli other = await project.OtherStoreAsync() with { Folder = elsewhere };
        Assert.Equal(id, (await other.RunAsync("build", "-q", "--locked", "--jobs", "1", ".")).Line());
    }

    [Fact]
    public async Task A_requirements_file_becomes_a_virtual_environment_on_a_python_image()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("requirements.txt", $"--index-url {project.Index}\nflask\n");
        project.Write("runtime.txt", "python-3.11");
        await project.BuildAsync("-t", "env-pip");
        string said = await project.ShellAsync("env-pip", "python -c 'import flask, sys; print(sys.prefix)' && flask --version && echo $VIRTUAL_ENV");
        Assert.Contains("/opt/env\n", said, StringComparison.Ordinal);
        Assert.Contains("Flask", said, StringComparison.Ordinal);
        Assert.Contains("base: python:3.11-slim", project.Read("slipway.lock"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task System_packages_postBuild_and_start_do_what_they_do_on_binder()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("binder/environment.yml", $"channels: [{project.Channel}]\ndependencies: [python=3.11]\n");
        project.Write("binder/apt.txt", "# for fun\nsl\n");
        project.Write("binder/postBuild", "#!/bin/sh\nset -e\npython -c 'open(\"made\", \"w\").write(\"by postBuild\")'\n");
        project.Write("binder/start", "#!/bin/sh\nexport FROM_START=yes\nexec \"$@\"\n");
        await project.BuildAsync("-t", "env-binder");
        string said = await project.ShellAsync("env-binder", "cat made; echo; echo $FROM_START; dpkg -s sl | grep Version; ls /var/lib/apt/lists | wc -l");
        Assert.StartsWith("by postBuild\nyes\nVersion: ", said, StringComparison.Ordinal);
        Assert.EndsWith("\n0\n", said, StringComparison.Ordinal);
        string version = said.Split('\n')[2]["Version: ".Length..];
        Assert.Contains($"- name: sl\n    version: {version}", project.Read("slipway.lock").Replace("'", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal("postBuild", (await project.Slipway.RunAsync("inspect", "--format", "{{index .Config.Labels \"io.slipway.not-reproducible\"}}", "env-binder")).Line());
    }

    [Fact]
    public async Task An_install_script_of_R_puts_packages_where_R_looks_first()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("r-base");
        project.Write("install.R", "stopifnot(.libPaths()[1] == '/opt/r-library')\nwriteLines('installed', file.path(.libPaths()[1], 'made'))\n");
        await project.BuildAsync("-t", "env-r");
        Assert.Contains("installed", await project.ShellAsync("env-r", "Rscript -e 'cat(readLines(file.path(.libPaths()[1], \"made\")))'"), StringComparison.Ordinal);
        Assert.Equal("install.R", (await project.Slipway.RunAsync("inspect", "--format", "{{index .Config.Labels \"io.slipway.not-reproducible\"}}", "env-r")).Line());
    }

    [Fact]
    public async Task A_plan_says_what_was_found_and_which_layers_there_will_be_without_a_network()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11", "numpy");
        project.Write("requirements.txt", "numpy");
        await project.Slipway.RunAsync("lock", ".");
        project.Dispose();
        string plan = (await project.Slipway.RunAsync("--offline", "plan", ".")).Out;
        Assert.Contains("+ environment.yml: says which conda packages are wanted", plan, StringComparison.Ordinal);
        Assert.Contains("- requirements.txt: not used, environment.yml comes before it", plan, StringComparison.Ordinal);
        Assert.Contains("layer conda: numpy 1.24.2 (", plan, StringComparison.Ordinal);
        string dockerfile = (await project.Slipway.RunAsync("--offline", "plan", "--dockerfile", ".")).Out;
        Assert.StartsWith("# syntax=docker/dockerfile:1\nFROM debian:stable-slim@sha256:", dockerfile, StringComparison.Ordinal);
        Assert.Contains("#sha256:", dockerfile, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_keeps_its_picks_and_is_exported_to_other_forms()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11", "six");
        await project.Slipway.RunAsync("lock", ".");
        string first = project.Read("slipway.lock");
        project.WriteEnvironment("python=3.11", "six", "tqdm");
        string said = (await project.Slipway.RunAsync("lock", ".")).Error;
        Assert.Contains("+tqdm", said, StringComparison.Ordinal);
        Assert.DoesNotContain("python 3", said, StringComparison.Ordinal);
        Assert.Empty(first.Split('\n').Where(line => line.Contains("sha256: ", StringComparison.Ordinal)).Except(project.Read("slipway.lock").Split('\n')));
        Assert.Contains("(as before)", (await project.Slipway.RunAsync("lock", ".")).Out, StringComparison.Ordinal);

        await project.Slipway.RunAsync("lock", "--export", "conda-lock", "-o", "conda-lock.yml", ".");
        await project.Slipway.RunAsync("conda", "install", "-q", "-f", "conda-lock.yml", "-p", Path.Combine(project.Folder, "env"));
        Assert.True(File.Exists(Path.Combine(project.Folder, "env/bin/python3.11")));
    }

    /// <summary>Fields of the packages of a lock's part, as they are written.</summary>
    private static string[][] LockedPackages(string file, string part, params string[] fields)
    {
        string[] lines = file.Split('\n');
        int start = Array.IndexOf(lines, $"  {part}:") + 1;
        List<string[]> packages = [];
        foreach (string line in lines[start..].TakeWhile(line => line.StartsWith("  - ", StringComparison.Ordinal) || line.StartsWith("    ", StringComparison.Ordinal)))
        {
            if (line.StartsWith("  - ", StringComparison.Ordinal))
            {
                packages.Add(new string[fields.Length]);
            }

            string[] pair = line[4..].Split(": ", 2);
            if (Array.IndexOf(fields, pair[0]) is var at and >= 0)
            {
                packages[^1][at] = pair[1].Trim('\'', '"');
            }
        }

        return [.. packages];
    }
}
