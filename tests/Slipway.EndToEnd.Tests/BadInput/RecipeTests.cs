namespace Slipway.EndToEnd.Tests.BadInput;

/// <summary>What is wrong with a recipe or its context: exit code 1, the place, what to do, and nothing left half-made.</summary>
public sealed class RecipeTests(World world)
{
    [Theory]
    [InlineData("FROM busybox\nRUM echo", "Dockerfile:2:1", "RUN")] // unknown instruction
    [InlineData("FROM busybox\nRUN --mont=type=cache,target=/c true", "Dockerfile:2", "mount")]
    [InlineData("FROM busybox AS a\nCOPY --from=b /x /x\nFROM busybox AS b\nCOPY --from=a /x /x", "Dockerfile:3", "b -> a -> b")] // cyclic stages
    [InlineData("FROM busybox\nCOPY requirement.txt /", "Dockerfile:2", "did you mean 'requirements.txt'?")] // a missing file
    [InlineData("FROM busybox\nCOPY src/man.py /", "Dockerfile:2", "did you mean 'src/main.py'?")]
    [InlineData("FROM busybox\nCOPY nodir/file /", "Dockerfile:2", "there is no directory 'nodir' either")]
    [InlineData("FROM busybox\nCOPY secret.key /", "Dockerfile:2", "add the line !secret.key to .dockerignore")] // hidden by the ignore file
    [InlineData("FROM busybox AS builder\nFROM busybox\nCOPY --from=bulder /x /x", "Dockerfile:3", "did you mean --from=builder?")] // unknown stage
    [InlineData("FROM busybox\nCOPY --from=5 /x /x", "Dockerfile:2", "stages are counted from 0")]
    [InlineData("FROM busybox AS made\nRUN mkdir /out && touch /out/result.txt\nFROM busybox\nCOPY --from=made /out/results.txt /", "Dockerfile:4", "did you mean 'out/result.txt'?")]
    [InlineData("FROM busybox\nCOPY ../outside /", "Dockerfile:2", "outside the build context")] // ".." that leaves the context
    [InlineData("FROM busybox\nADD src/../../outside /", "Dockerfile:2", "outside the build context")]
    [InlineData("FROM busybox\nCOPY passwd-link /", "Dockerfile:2", "'/etc/passwd'")] // links that leave the context
    [InlineData("FROM busybox\nCOPY etc-link/passwd /", "Dockerfile:2", "'etc-link' on the way")]
    [InlineData("FROM busybox\nCOPY up-link/etc/passwd /", "Dockerfile:2", "'up-link' on the way")]
    [InlineData("FROM busybox\nRUN --mount=source=etc-link,target=/m cat /m/passwd", "Dockerfile:2", "'etc-link'")]
    [InlineData("FROM busybox\nCOPY https://example.org/x /", "Dockerfile:2", "ADD")]
    [InlineData("FROM busybox:one:two", "Dockerfile:1", "busybox/one:two")] // a reference with two tags
    [InlineData("FROM Busybox", "Dockerfile:1", "busybox")]
    [InlineData("FROM busybox\nUSER nobody-here\nRUN true", "Dockerfile:3", "nobody-here")]
    [InlineData("FROM busybox\nCOPY --chown=nobody-here src /src", "Dockerfile:2", "nobody-here")]
    [InlineData("FROM busybox\nRUN touch /file\nWORKDIR /file/below", "Dockerfile:3", "/file is not a directory")]
    [InlineData("FROM busybox\nRUN --mount=type=secret,id=token,required true", "Dockerfile:2", "--secret id=token")]
    [InlineData("FROM busybox\nRUN --mount=type=ssh,required true", "Dockerfile:2", "--ssh default")]
    [InlineData("FROM busybox\nRUN [\"/bin/true\"", "Dockerfile:2", "exit code 127")] // no JSON, so a line for the shell
    [InlineData("FROM busybox\nRUN [\"/bin/nothing\"]", "Dockerfile:2", "the image has no '/bin/nothing'")]
    [InlineData("FROM busybox\nSHELL [\"/bin/bash\", \"-c\"]\nRUN true", "Dockerfile:3", "the image has no '/bin/bash'")]
    [InlineData("FROM scratch\nRUN true", "Dockerfile:2", "the image has no '/bin/sh'")]
    public async Task A_mistake_is_shown_with_its_place_and_what_to_do(string recipe, string place, string advice)
    {
        var store = await world.NewBusyboxStoreAsync();
        var context = world.NewContext(
            "Dockerfile", recipe + "\n", ".dockerignore", "*.key\n", "requirements.txt", "numpy\n", "secret.key", "", "src/main.py", "print(1)\n");
        File.CreateSymbolicLink(Path.Combine(context, "passwd-link"), "/etc/passwd");
        File.CreateSymbolicLink(Path.Combine(context, "etc-link"), "/etc");
        File.CreateSymbolicLink(Path.Combine(context, "up-link"), "../../../../../../..");
        await store.RefuseAsync(context, place, advice);
        await File.WriteAllTextAsync(Path.Combine(context, "Dockerfile"), "FROM busybox\nCOPY src /src\nRUN true\n", TestContext.Current.CancellationToken);
        await store.RunAsync("build", "-t", "mended", context);
    }

    [Fact]
    public async Task Links_within_the_context_stay_links_to_within()
    {
        // A link that leads up and out leads nowhere in the image either: it is copied as the link it is.
        var store = await world.NewBusyboxStoreAsync();
        var context = world.NewContext("Dockerfile", "FROM scratch\nCOPY folder /\n", "folder/real", "in the context\n");
        File.CreateSymbolicLink(Path.Combine(context, "folder/link"), "/etc/passwd");
        await store.RunAsync("build", "-t", "links", context);
        var listing = await store.ShellAsync("slipway save links | tar -xO --wildcards 'blobs/sha256/*' 2>/dev/null | grep -ac root:x:0", 1);
        Assert.Equal("0", listing.Line());
    }

    [Fact]
    public async Task A_wrong_tag_is_refused_before_anything_is_built()
    {
        var store = await world.NewBusyboxStoreAsync();
        var build = await store.RunAsync(1, "build", "-t", "name:a:b", world.NewContext("Dockerfile", "FROM busybox\nRUN exit 9\n"));
        Assert.Contains("Did you mean name/a:b?", build.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("exit 9", build.Error, StringComparison.Ordinal);
        await store.AssertNothingLeftAsync();
    }

    [Theory]
    [InlineData("build -rm .", "--rm")] // one dash too few
    [InlineData("run -rm busybox", "--rm")]
    [InlineData("build --build-arrg A=1 .", "--build-arg")]
    [InlineData("run -it --env_file x busybox", "--env-file")]
    [InlineData("build --on-error bash .", "shell")]
    [InlineData("build --jobs 0 .", "--jobs")]
    [InlineData("build nowhere", "nowhere")]
    [InlineData("build . .", "one too many")]
    public async Task A_wrong_command_line_ends_with_2_and_names_the_right_one(string line, string meant)
    {
        var store = world.NewStore() with { Folder = world.NewContext("Dockerfile", "FROM busybox\n") };
        Assert.Contains(meant, (await store.RunAsync(2, line.Split(' '))).Error, StringComparison.Ordinal);
    }
}
