using Slipway.EndToEnd.Tests.Invariants;

namespace Slipway.EndToEnd.Tests.Environments;

/// <summary>The same environment files give the same lock and the same image, whoever builds them, where, when and on how many processors.</summary>
public sealed class SameEnvironmentTests(World world)
{
    private const string Faketime = "/usr/bin/faketime", Taskset = "/usr/bin/taskset";

    [Fact]
    public async Task An_ordinary_user_with_an_empty_store_another_folder_another_year_and_one_processor_builds_what_root_builds()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "compares what root builds with what an ordinary user builds: needs root");
        Assert.SkipUnless(File.Exists(Faketime) && File.Exists(Taskset), "needs faketime and taskset");
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("environment.yml", $"channels: [{project.Channel}]\ndependencies:\n  - python=3.11\n  - numpy\n  - pip\n  - pip:\n    - --index-url {project.Index}\n    - rich\n");
        project.Write("src/main.py", "print(1)");
        using OrdinaryUser user = await OrdinaryUser.MakeAsync(world.Slipway.Program, await World.BaseImageAsync("debian-slim"), project.Folder);
        await user.RunAsync("load", "--quiet", "--input", "image.tar");
        await user.RunAsync("tag", "slipway.test/debian-slim:latest", "debian:stable-slim");

        string id = await project.BuildAsync();
        string theirs = (await user.RunWithinAsync([Taskset, "-c", "0", Faketime, "2031-05-06 07:08:09"], "build", "-q", "context")).Line();
        Assert.Equal(project.Read("slipway.lock"), await File.ReadAllTextAsync(user.PathOf("context/slipway.lock"), TestContext.Current.CancellationToken));
        Assert.Equal(id, theirs);
        Assert.Equal(id, (await user.RunAsync("build", "-q", "--locked", "context")).Line()); // from their cache, in this year
        Assert.Equal(id, (await user.RunAsync("build", "-q", "--locked", "--no-cache", "context")).Line());
    }
}
