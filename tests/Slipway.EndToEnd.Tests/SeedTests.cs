namespace Slipway.EndToEnd.Tests;

/// <summary>
/// The Dockerfiles and command lines of the seed documents, as typed there, through a link named docker. The base names are the world's Debian images;
/// where a document uses conda, a stand-in script plays it: here it is about the Dockerfile.
/// </summary>
public sealed class SeedTests(World world)
{
    private readonly Cli slipway = world.Slipway;

    [Fact]
    public async Task Document_003_builds_developer_tools_on_any_ubuntu()
    {
        var context = world.NewContext(
            "Dockerfile.3", Seeds.Block("003", "FROM ubuntu:18.04", "rm -r /var/lib/apt/lists"),
            "Dockerfile.4", Seeds.Block("003", "FROM ubuntu:$OS_VERSION"));
        var here = slipway with { Folder = context };
        await here.ShellAsync("docker build -t u3 -f Dockerfile.3 .");
        await here.ShellAsync("docker build -t u4-20.04 -f Dockerfile.4 --build-arg OS_VERSION=\"20.04\" .");
        var tools = await here.ShellAsync("docker run --rm u4-20.04 sh -c 'gcc --version && gfortran --version && git --version && wget --version'");
        Assert.Contains("GNU Fortran", tools.Out, StringComparison.Ordinal);
        Assert.Matches("(?m)^u4-20.04 ", (await here.ShellAsync("docker images")).Out);
    }

    [Fact]
    public async Task Document_004_says_what_failed_when_a_package_is_unknown()
    {
        var context = world.NewContext("Dockerfile", Seeds.Block("004", "FROM ubuntu:16.0.4"));
        var build = await (slipway with { Folder = context }).ShellAsync("docker build .", exitCode: 1);
        Assert.Contains("Dockerfile:2", build.Error, StringComparison.Ordinal);
        Assert.Contains("apt-get install python", build.Error, StringComparison.Ordinal);
        Assert.Contains("100", build.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_004_s_deploy_script_builds_and_its_slip_is_explained()
    {
        var context = world.NewContext(
            "Dockerfile", Seeds.Block("004", "WORKDIR /usr/src/app", "FROM python:3.8.8"),
            "requirements.txt", "# nothing yet: no package index can be reached from the tests\n",
            "deploy.sh", Seeds.Block("004", "TARGET=$1"));
        var here = slipway with { Folder = context };
        var deploy = await here.ShellAsync("bash deploy.sh dev");
        Assert.Contains("-rm", deploy.Error, StringComparison.Ordinal);
        Assert.Contains("--rm", deploy.Error, StringComparison.Ordinal);
        var run = await here.ShellAsync("docker run --rm -v $(pwd):/usr/src/app your-image-name:latest python -c 'import os; print(sorted(os.listdir()))'");
        Assert.Contains("deploy.sh", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_000_chooses_its_environment_by_a_build_argument()
    {
        await StandInAsync("mambaorg/micromamba:latest", "FROM busybox\nRUN mkdir -p /usr/bin && echo micromamba > /usr/bin/micromamba\n");
        var context = world.NewContext(
            "Dockerfile", Seeds.Block("000", "ARG MAMBA_VER=latest", "CMD [\"/bin/bash\"]"),
            "conda_deps_1.sh", "echo environment one >> /environments\n",
            "conda_deps_2.sh", "echo environment ai >> /environments\n");
        var here = slipway with { Folder = context };
        await here.ShellAsync("docker build . \\\n    -t YOUR-USERNAME/data-science:latest-noai".ToLowerInvariant());
        await here.ShellAsync("docker build . \\\n    --build-args BUILD_AI=\"True\" \\\n    -t your-username/data-science:latest-ai");
        Assert.Equal("environment one\n", (await here.ShellAsync("docker run your-username/data-science:latest-noai cat /environments")).Out);
        var ai = await here.ShellAsync("docker run -i -v $PWD:/app/pipelines/ your-username/data-science:latest-ai \"/bin/bash\" -c 'cat /environments; ls /app/pipelines'");
        Assert.Equal("environment one\nenvironment ai\nDockerfile\nconda_deps_1.sh\nconda_deps_2.sh\n", ai.Out);
    }

    [Fact]
    public async Task Document_001_copies_an_environment_into_a_busybox()
    {
        await StandInAsync("continuumio/miniconda3:latest",
            "FROM debian:bookworm-slim\nCOPY --chmod=755 <<'EOF' /usr/local/bin/conda\n#!/bin/sh\ncase $1 in create) mkdir -p /opt/conda/envs/py38/bin && cp /requirements.txt /opt/conda/envs/py38/ ;; esac\nEOF\n");
        var context = world.NewContext("Dockerfile", Seeds.Block("001", "# Stage 1: Builder"), "requirements.txt", "pandas\n");
        await (slipway with { Folder = context }).ShellAsync("docker build -t ml .");
        var run = await slipway.ShellAsync("docker run --rm ml sh -c 'cat /opt/conda/envs/py38/requirements.txt; cat ~/.bashrc'");
        Assert.Equal("pandas\nalias python=/opt/conda/envs/py38/bin/python\n", run.Out);
    }

    [Fact]
    public async Task Document_002_makes_a_user_with_the_callers_ids()
    {
        string[] parts =
        [
            Seeds.Block("002", "FROM ubuntu:16.04"), Seeds.Block("002", "SHELL ["), Seeds.Block("002", "RUN adduser"), Seeds.Block("002", "COPY environment.yml"),
            "USER $USER\n", Seeds.Block("002", "RUN mkdir $PROJECT_DIR"), Seeds.Block("002", "ENTRYPOINT ["), Seeds.Block("002", "CMD ["),
        ];
        var project = world.NewContext(
            "docker/Dockerfile", string.Concat(parts), "docker/entrypoint.sh", "#!/bin/bash --login\nset -e\nexec \"$@\"\n",
            "environment.yml", "", "requirements.txt", "", "postBuild", "#!/bin/bash\n", "data/points.csv", "1,2\n");
        await (slipway with { Folder = Path.Combine(project, "docker") }).ShellAsync("""
            IMAGE_NAME=science; IMAGE_TAG=v1; USER=galileo; uid=1234
            docker image build \
              --build-arg username=$USER \
              --build-arg uid=$uid \
              --build-arg gid=100 \
              --file Dockerfile \
              --tag $IMAGE_NAME:$IMAGE_TAG \
              ../
            """);
        var run = await (slipway with { Folder = project }).ShellAsync("""
            USER=galileo; pwd=$PWD
            docker container run \
              --rm \
              --volume ${pwd}/data:/home/$USER/app/data \
              --publish 8888:8888 \
              science:v1 bash -c 'id -un; id -u; id -gn; pwd; cat data/points.csv'
            """);
        Assert.Equal("galileo\n1234\nusers\n/home/galileo/app\n1,2\n", run.Out);
    }

    private async Task StandInAsync(string name, string recipe) =>
        await slipway.RunAsync("build", "-q", "-t", name, world.NewContext("Dockerfile", recipe));
}
