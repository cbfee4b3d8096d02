using Slipway.Conda.Records;
using Slipway.Conda.Versions;
using Slipway.Environments.Locking;
using Slipway.Environments.Printing;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.PyPi.Locks;

namespace Slipway.Environments.Tests.Locking;

public sealed class LockTests
{
    [Fact]
    public void What_is_written_is_read_again_and_written_the_same()
    {
        string text = LockWriter.Write(Sample);
        EnvironmentLock read = LockReader.Read(new SourceText("slipway.lock", text));
        Assert.Equal(text, LockWriter.Write(read));
        LockedCondaPackage package = read.Platforms[0].Conda[0];
        Assert.Equal("a=1.10=py_0", package.Record.ToString());
        Assert.Equal(["python >=3.8", "b"], package.Record.Depends);
        Assert.Equal(NoArchKind.Python, package.Record.NoArch);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123), package.Record.Timestamp);
        Assert.Equal(["a=1.10"], package.Requested);
        Assert.Equal(new LockedAptPackage("git", "1:2.39.5-0+deb12u2", new string('d', 64), 10, true), read.Platforms[0].Apt[0]);
        Assert.Equal(("six", "1.16.0", true, "six"), read.Platforms[0].Python[0] is var six ? (six.Name, six.Version, six.IsRequested, six.Layer) : default);
    }

    [Fact]
    public void A_change_of_one_version_changes_one_line()
    {
        PlatformLock platform = Sample.Platforms[0];
        LockedCondaPackage other = platform.Conda[0] with { Record = platform.Conda[0].Record with { Version = CondaVersion.Parse("1.11") } };
        string[] before = LockWriter.Write(Sample).Split('\n'), after = LockWriter.Write(new EnvironmentLock([platform with { Conda = [other] }])).Split('\n');
        Assert.Single(before.Except(after));
        Assert.Single(after.Except(before));
    }

    [Fact]
    public void A_lock_that_was_changed_by_hand_is_told_all_its_mistakes()
    {
        string text = LockWriter.Write(Sample).Replace(new string('a', 64), "abc", StringComparison.Ordinal).Replace("size: 10", "size: ten", StringComparison.Ordinal);
        DiagnosticException thrown = Assert.Throws<DiagnosticException>(() => LockReader.Read(new SourceText("slipway.lock", text)));
        Assert.True(thrown.Diagnostics.Count >= 2);
        Assert.All(thrown.Diagnostics, d => Assert.Equal("make the lock again: slipway lock", d.Help));
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a")]
    [InlineData("version: 2\nplatforms: []")]
    [InlineData("version: 1\nplatforms: [1]")]
    [InlineData("version: 1\nplatforms:\n- platform: linux/amd64")]
    public void What_is_no_lock_is_refused(string text) => Assert.Throws<DiagnosticException>(() => LockReader.Read(new SourceText("slipway.lock", text)));

    [Fact]
    public void Changes_are_told_by_name()
    {
        PlatformLock before = Sample.Platforms[0];
        PlatformLock now = before with { Apt = [], Python = [before.Python[0] with { Version = "1.17.0" }] };
        Assert.Equal("2 packages on debian:stable-slim: six 1.16.0 -> 1.17.0, -git", LockChanges.Describe(before, now));
        Assert.Equal("3 packages on debian:stable-slim, as before", LockChanges.Describe(before, before));
    }

    [Fact]
    public void Its_Python_packages_are_exported_as_pylock_that_is_read_again_with_markers_only_where_platforms_differ()
    {
        PlatformLock amd64 = Sample.Platforms[0];
        LockedPythonPackage compiled = amd64.Python[0] with { Name = "numpy", Version = "2.1.0", FileName = "numpy-2.1.0-cp311-cp311-manylinux_2_17_x86_64.whl", Url = "https://index.example.org/numpy-2.1.0-cp311-cp311-manylinux_2_17_x86_64.whl" };
        var both = new EnvironmentLock([amd64 with { Python = [compiled, amd64.Python[0] with { Requires = ["numpy", "a"] }] }, amd64 with { Platform = "linux/arm64" }]);
        string text = LockExport.Of("pylock", both)!;
        List<Diagnostic> problems = [];
        PythonLock read = PylockReader.Read(new SourceText("pylock.toml", text), problems)!;
        Assert.Empty(problems);
        Assert.Equal(["numpy 2.1.0", "six 1.16.0"], read.Packages.Select(p => p.ToString()));
        Assert.Equal(["platform_machine == \"x86_64\" and sys_platform == \"linux\"", null], read.Packages.Select(p => p.Marker?.ToString()));
        Assert.Equal("numpy", Assert.Single(read.Packages[1].Dependencies).Name.Value);
        Assert.Equal($"sha256:{new string('c', 64)}", Assert.Single(Assert.Single(read.Packages[1].Wheels).Hashes).ToString());
        Assert.DoesNotContain("marker", LockExport.Of("pylock", Sample)!, StringComparison.Ordinal);
    }

    private static EnvironmentLock Sample { get; } = new(
    [
        new PlatformLock
        {
            Platform = "linux/amd64",
            Recipe = Digest.Of("recipe"),
            Base = "debian:stable-slim",
            BaseDigest = Digest.Of("base"),
            LibC = "glibc 2.36",
            Apt = [new LockedAptPackage("git", "1:2.39.5-0+deb12u2", new string('d', 64), 10, true)],
            Conda =
            [
                new LockedCondaPackage(
                    new PackageRecord
                    {
                        Name = "a",
                        Version = CondaVersion.Parse("1.10"),
                        Build = "py_0",
                        Subdir = "noarch",
                        FileName = "a-1.10-py_0.conda",
                        Channel = "https://conda.example.org/main",
                        Url = "https://conda.example.org/main/noarch/a-1.10-py_0.conda",
                        Sha256 = new string('a', 64),
                        Md5 = new string('b', 32),
                        Size = 12345,
                        Depends = ["python >=3.8", "b"],
                        Constrains = ["c <2"],
                        License = "BSD: it's 'free'",
                        NoArch = NoArchKind.Python,
                        Timestamp = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123),
                        Purls = ["pkg:pypi/a"],
                    },
                    ["a=1.10"], "group-07"),
            ],
            Python =
            [
                new LockedPythonPackage
                {
                    Name = "six",
                    Version = "1.16.0",
                    Url = "https://index.example.org/six-1.16.0-py2.py3-none-any.whl",
                    FileName = "six-1.16.0-py2.py3-none-any.whl",
                    Sha256 = new string('c', 64),
                    Size = 11053,
                    IsRequested = true,
                    Layer = "six",
                },
            ],
        },
    ]);
}
