namespace Slipway.EndToEnd.Tests.Invariants;

/// <summary>The same recipe and files give the same image, however it is built.</summary>
public sealed class SameImageTests(World world)
{
    /// <summary>A diamond of stages with what easily differs: owners, links, modes, deletions, replaced directories, hard links, names.</summary>
    private const string Diamond =
        """
        FROM busybox AS base
        RUN mkdir -p /data/sub && for i in $(seq 20); do echo $i > /data/$i; done && ln /data/1 /data/sub/hard && ln -s sub /data/soft
        FROM base AS left
        RUN rm /data/1* && rm -r /data/sub && mkdir /data/sub && echo new > /data/sub/f && chmod 4755 /data/2
        COPY --chown=12:34 files /left/
        FROM base AS right
        RUN chown -R 1000:100 /data && mkfifo /data/pipe && chmod 1777 /data
        WORKDIR /made/here
        COPY --chmod=640 files/a .
        FROM busybox
        COPY --from=left /data /l
        COPY --from=right /data /r
        COPY --from=left /left /copied
        ADD files.tar /unpacked/
        RUN cat /l/20 /r/20 > /sum && rm -rf /home
        ENV A=1
        USER 1000
        CMD ["cat", "/sum"]
        """;

    [Fact]
    public async Task Two_fresh_stores_give_one_digest()
    {
        var context = await ContextAsync();
        var first = await BuildAsync(await world.NewBusyboxStoreAsync(), context);
        Assert.Equal(first, await BuildAsync(await world.NewBusyboxStoreAsync(), context));
    }

    [Fact]
    public async Task One_job_and_four_give_one_digest()
    {
        var context = await ContextAsync();
        var serial = await BuildAsync(await world.NewBusyboxStoreAsync(), context, "--jobs", "1");
        Assert.Equal(serial, await BuildAsync(await world.NewBusyboxStoreAsync(), context, "--jobs", "4"));
    }

    [Fact]
    public async Task A_cold_build_gives_what_the_cache_gave()
    {
        var context = await ContextAsync();
        var store = await world.NewBusyboxStoreAsync();
        var cold = await BuildAsync(store, context);
        Assert.Equal(cold, await BuildAsync(store, context));
        Assert.Equal(cold, await BuildAsync(store, context, "--no-cache"));
        Assert.Equal(cold, await BuildAsync(store, context, "--no-cache=right"));
    }

    [Fact]
    public async Task A_context_elsewhere_in_another_order_gives_one_digest()
    {
        var context = await ContextAsync();
        var other = world.NewFolder("elsewhere");
        await (world.Slipway with { Folder = other }).ShellAsync($"umask 077; for f in $(ls -r {context}); do cp -r --preserve=mode {context}/$f .; done");
        var store = await world.NewBusyboxStoreAsync();
        Assert.Equal(await BuildAsync(store, context), await BuildAsync(store, other));
    }

    [Fact]
    public async Task An_ordinary_user_builds_what_root_builds()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Skip("compares what root builds with what an ordinary user builds: needs root");
        }

        var context = await ContextAsync();
        using var user = await OrdinaryUser.MakeAsync(world.Slipway.Program, await World.BaseImageAsync("busybox"), context);
        await user.RunAsync("load", "--quiet", "--input", "image.tar");
        await user.RunAsync("tag", "slipway.test/busybox:latest", "busybox");
        var theirs = (await user.RunAsync("build", "--quiet", "context")).Line();
        Assert.Equal(await BuildAsync(await world.NewBusyboxStoreAsync(), context), theirs);
        Assert.Equal(theirs, (await user.RunAsync("build", "--quiet", "--no-cache", "context")).Line());
    }

    private static async Task<string> BuildAsync(Cli store, string context, params string[] options) =>
        (await store.RunAsync(["build", "--quiet", .. options, context])).Line();

    private async Task<string> ContextAsync()
    {
        var context = world.NewContext("Dockerfile", Diamond, "files/a", "a\n", "files/sub/b", "b\n", "files/sub/ünï", "c\n");
        await (world.Slipway with { Folder = context }).ShellAsync("chmod 600 files/a; ln -s sub/b files/link; tar --owner=5 --group=6 -cf files.tar files");
        return context;
    }
}
