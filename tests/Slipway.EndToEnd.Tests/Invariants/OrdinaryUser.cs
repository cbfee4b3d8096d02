namespace Slipway.EndToEnd.Tests.Invariants;

/// <summary>A user without rights but with subordinate ids, who has a folder of his own with the program, an image and a context in it.</summary>
internal sealed class OrdinaryUser : IDisposable
{
    private const string Name = "slipway-test";
    private readonly string folder = Directory.CreateTempSubdirectory("slipway-user-").FullName;

    private OrdinaryUser()
    {
    }

    public static async Task<OrdinaryUser> MakeAsync(string program, string image, string context)
    {
        var user = new OrdinaryUser();
        // A program that was built and not published is a folder.
        var copy = File.Exists(program + ".dll") ? $"cp -a {Path.GetDirectoryName(program)}/. {user.folder}/" : $"cp {program} {user.folder}/slipway";
        // The lock is the one of the sandbox's tests, which make the same user.
        await ShellAsync(
            $"flock /run/slipway-test-users.lock sh -c 'id {Name} >/dev/null 2>&1 || useradd --create-home {Name}' && "
            + $"{copy} && cp {image} {user.folder}/image.tar && cp -a {context} {user.folder}/context && chown -R {Name}: {user.folder}");
        return user;
    }

    public async Task<Outcome> RunAsync(params string[] arguments)
    {
        var command = new Command(
            "setpriv",
            ["--reuid", Name, "--regid", Name, "--init-groups", "--reset-env", "--", "env", $"TMPDIR={folder}", $"SLIPWAY_HOME={folder}/store", $"{folder}/slipway", .. arguments])
        {
            Folder = folder,
        };
        return (await command.RunAsync(TestContext.Current.CancellationToken)).Expect(0);
    }

    public void Dispose()
    {
        using var removal = new Command("rm", "-rf", folder).Start();
        removal.WaitForExit();
    }

    private static async Task ShellAsync(string line) =>
        (await new Command("sh", "-c", line).RunAsync(TestContext.Current.CancellationToken)).Expect(0);
}
