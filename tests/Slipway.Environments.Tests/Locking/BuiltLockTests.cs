using Slipway.Environments.Locking;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;

namespace Slipway.Environments.Tests.Locking;

/// <summary>What a lock says of what is built.</summary>
public sealed class BuiltLockTests
{
    private static readonly string s_commit = new('c', 40);

    [Fact]
    public void Sources_commits_and_projects_are_read_as_they_were_written()
    {
        string text = LockWriter.Write(Sample);
        PlatformLock read = LockReader.Read(new SourceText("slipway.lock", text)).Platforms[0];
        Assert.Equal(text, LockWriter.Write(new EnvironmentLock([read])));
        Assert.Equal(["wheel-1-py3-none-any.whl"], read.Python[0].BuiltWith.Select(p => p.FileName));
        Assert.True(read.Python[0].IsSource);
        Assert.Equal((s_commit, "https://example.org/b", "main"), read.Python[1].Repository is var (address, commit) ? (commit, address.Url, address.Revision) : default);
        Assert.Equal(s_commit, read.Python[1].OriginIn("/srv/project")!.VcsInfo!.CommitId);
        Assert.Equal(("wheels/c-1-py3-none-any.whl", "file:///srv/project/wheels/c-1-py3-none-any.whl"), (read.Python[2].LocalPath, read.Python[2].OriginIn("/srv/project")!.Url));
        Assert.Equal(("below/d", "below/d"), (read.Python[3].Subdirectory, read.Python[3].OriginIn("/srv/project")!.Subdirectory));
        Assert.Equal(("mine", ""), (read.Projects[0].Name, read.Projects[0].Folder));
    }

    [Theory]
    [InlineData("folder: '.'", "folder: ../elsewhere")]
    [InlineData("    - wheel-1-py3-none-any.whl", "    - other.whl")]
    [InlineData("@cccc", "@main")]
    [InlineData("./wheels/c-1", "./../c-1")]
    public void A_lock_that_was_changed_by_hand_is_refused(string from, string to)
    {
        string text = LockWriter.Write(Sample);
        Assert.Contains(from, text, StringComparison.Ordinal);
        Assert.Throws<DiagnosticException>(() => LockReader.Read(new SourceText("slipway.lock", text.Replace(from, to, StringComparison.Ordinal))));
    }

    private static EnvironmentLock Sample
    {
        get
        {
            LockedPythonPackage wheel = new() { Name = "wheel", Version = "1", Url = "https://example.org/wheel-1-py3-none-any.whl", FileName = "wheel-1-py3-none-any.whl", Sha256 = new string('a', 64) };
            return new EnvironmentLock([new PlatformLock
            {
                Platform = "linux/amd64",
                Recipe = Digest.Of("recipe"u8),
                Base = "python:3-slim",
                BaseDigest = Digest.Of("base"u8),
                Python =
                [
                    new LockedPythonPackage { Name = "a", Version = "1", Url = "https://example.org/a-1.tar.gz", FileName = "a-1.tar.gz", Sha256 = new string('b', 64), BuiltWith = [wheel], Layer = "a" },
                    new LockedPythonPackage { Name = "b", Version = "1", Url = $"git+https://example.org/b@{s_commit}", FileName = "", Revision = "main", BuiltWith = [wheel], Layer = "b" },
                    new LockedPythonPackage { Name = "c", Version = "1", Url = "./wheels/c-1-py3-none-any.whl", FileName = "c-1-py3-none-any.whl", Sha256 = new string('d', 64), IsDirect = true, Layer = "c" },
                    new LockedPythonPackage { Name = "d", Version = "1", Url = "https://example.org/d.tar.gz", FileName = "d.tar.gz", Subdirectory = "below/d", Sha256 = new string('e', 64), IsDirect = true, Layer = "d" },
                ],
                Projects = [new LockedProject("mine", "", [wheel])],
            }]);
        }
    }
}
