using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Dockerfile;
using Slipway.Environments.Building;
using Slipway.Environments.Locking;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Environments.Tests.Building;

public sealed class AptInstallTests
{
    private static readonly Digest s_image = Digest.Of("base"u8), s_otherImage = Digest.Of("another"u8);
    private static readonly string s_hash = new('a', 64);

    [Fact]
    public void The_question_for_the_lock_and_the_install_share_what_apt_fetches_one_at_a_time()
    {
        PlannedMount asked = Assert.Single(AptInstall.Resolve(["less"], s_image).Mounts), installed = Assert.Single(Install(s_image).Run.Mounts);
        Assert.Equal(asked, installed);
        Assert.Equal((MountKind.Cache, CacheSharing.Locked), (installed.Kind, installed.Sharing));
    }

    [Fact]
    public void Another_base_image_has_lists_and_archives_of_its_own() =>
        Assert.NotEqual(Assert.Single(Install(s_image).Run.Mounts).Id, Assert.Single(Install(s_otherImage).Run.Mounts).Id);

    [Fact]
    public void No_run_of_a_dockerfile_can_name_its_cache_to_put_lists_there() => Assert.Contains('\n', Assert.Single(Install(s_image).Run.Mounts).Id);

    [Fact]
    public void What_apt_keeps_is_no_part_of_the_image()
    {
        string script = Install(s_image).Run.Arguments[^1], target = Assert.Single(Install(s_image).Run.Mounts).Target!;
        Assert.Contains($"-o Dir::State::lists={target}/lists/ -o Dir::Cache={target}/", script, StringComparison.Ordinal);
    }

    [Fact]
    public void The_locked_hashes_are_what_the_files_are_held_against() => Assert.Contains($"less 590-2.1 {s_hash}\n", Install(s_image).Run.Arguments[^1], StringComparison.Ordinal);

    [Fact]
    public void An_answer_is_read_in_the_order_of_names()
    {
        string other = new('b', 64);
        Assert.Equal(
            [new LockedAptPackage("git", "1:2.39.5-0+deb12u3", s_hash, 20, false), new LockedAptPackage("less", "590-2.1", other, 10, true)],
            AptInstall.Read($"less 590-2.1 10 {other}\ngit 1:2.39.5-0+deb12u3 20 {s_hash}\n", new HashSet<string> { "less" }));
    }

    [Fact]
    public void A_package_without_a_hash_cannot_be_locked()
    {
        DiagnosticException thrown = Assert.Throws<DiagnosticException>(() => AptInstall.Read("less 590-2.1 10 \n", new HashSet<string>()));
        Assert.Equal("no-apt-hash", thrown.Diagnostics[0].Code);
    }

    private static RunOperation Install(Digest image)
    {
        var label = new StageLabel("image");
        var origin = new StepOrigin(label, label.NextStep(), "apt", null, default);
        var locked = new PlatformLock
        {
            Platform = "linux/amd64", Recipe = Digest.Of("recipe"u8), Base = "debian", BaseDigest = image, LibC = "", Apt = [new LockedAptPackage("less", "590-2.1", s_hash, 10, true)],
        };
        return AptInstall.Operation(origin, new ImageOperation(origin, new BaseImage(null, image, new ImageConfig { Architecture = "amd64" }, [])), locked);
    }
}
