namespace Slipway.EndToEnd.Tests.Differential;

/// <summary>buildah with storage of its own, holding the same base images.</summary>
public sealed class BuildahStore(World world) : IAsyncLifetime
{
    private readonly string folder = world.NewFolder("buildah");

    public bool IsHere { get; private set; }

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        IsHere = Environment.IsPrivilegedProcess && (await new Command("sh", "-c", "command -v buildah").RunAsync(cancellationToken)).ExitCode == 0;
        if (IsHere)
        {
            foreach (var image in (string[])["busybox", "debian-slim", "python"])
            {
                (await Buildah("pull", "-q", "docker-archive:" + await World.BaseImageAsync(image)).RunAsync(cancellationToken)).Expect(0);
            }
        }
    }

    /// <summary>Builds a folder and gives the image.</summary>
    internal async Task<BuiltImage> BuildAsync(string context, string[] options)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var name = "localhost/" + Path.GetFileName(context);
        (await Buildah(["bud", "-q", "--layers=false", "--format", "docker", "--isolation", "chroot", "--network", "host", "--pull-never", "-t", name, .. options, context])
            .RunAsync(cancellationToken)).Expect(0);
        var layout = Path.Combine(folder, "layout-" + Path.GetFileName(context));
        (await Buildah("push", "-q", "--format", "v2s2", name, "dir:" + layout).RunAsync(cancellationToken)).Expect(0);
        return DirectoryTransport(layout);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask; // the world removes its folder

    // skopeo's "dir:" holds manifest.json and blobs by their hex: given the shape of a layout here.
    private static BuiltImage DirectoryTransport(string folder)
    {
        var blobs = Directory.CreateDirectory(Path.Combine(folder, "blobs", "sha256")).FullName;
        foreach (var file in Directory.GetFiles(folder).Where(f => Path.GetFileName(f).Length == 64))
        {
            File.Move(file, Path.Combine(blobs, Path.GetFileName(file)));
        }

        var manifest = File.ReadAllBytes(Path.Combine(folder, "manifest.json"));
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(manifest));
        File.WriteAllBytes(Path.Combine(blobs, digest), manifest);
        return BuiltImage.Read(folder, "sha256:" + digest);
    }

    private Command Buildah(params string[] arguments) =>
        new("buildah", ["--root", Path.Combine(folder, "root"), "--runroot", Path.Combine(folder, "run"), .. arguments]);
}
