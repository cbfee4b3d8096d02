using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Locks;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tests.Files;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Tests.Locks;

public sealed class LockWriterTests
{
    private const string HashA = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", HashB = "486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7";

    private static LockedFile File(string name, string hash) => new() { Url = "https://me:secret@files.example/" + name, Size = 12, Hashes = [new FileHash("sha256", hash)], UploadTime = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)) };

    private static readonly PythonLock s_lock = new()
    {
        CreatedBy = "slipway",
        RequiresPython = VersionSpecifiers.Parse(">=3.11"),
        Environments = [Marker.Parse("sys_platform == 'linux'")],
        Packages =
        [
            new LockedDistribution
            {
                Name = ProjectName.Parse("requests"), Version = PythonVersion.Parse("2.31.0"), Extras = [ExtraName.Parse("socks")], IsDirect = true, AskedBy = ["-r requirements.in"],
                Index = "https://me:secret@index.example/simple", Wheels = [File("requests-2.31.0-py3-none-any.whl", HashB)], Sdist = File("requests-2.31.0.tar.gz", HashA),
                Dependencies = [new LockedDependency(ProjectName.Parse("idna")), new LockedDependency(ProjectName.Parse("idna"))],
            },
            new LockedDistribution { Name = ProjectName.Parse("idna"), Version = PythonVersion.Parse("3.6"), Wheels = [File("idna-3.6-py3-none-any.whl", HashA)], AskedBy = ["-r dev.in"], Marker = Marker.Parse("python_version < '3.13'") },
            new LockedDistribution { Name = ProjectName.Parse("app"), Directory = new LockedDirectory { Path = ".", IsEditable = true }, Dependencies = [new LockedDependency(ProjectName.Parse("tool"))] },
            new LockedDistribution { Name = ProjectName.Parse("tool"), Vcs = new LockedRepository { Type = "git", Url = "https://tok3n@example.org/tool.git", RequestedRevision = "v1", CommitId = "0123abcd", Subdirectory = "py" } },
            new LockedDistribution { Name = ProjectName.Parse("zipped"), Archive = new LockedFile { Path = "lib/zipped-1.zip", Hashes = [new FileHash("sha256", HashA), new FileHash("md5", "aa")] } },
        ],
    };

    [Fact]
    public void A_lock_is_written_in_one_form_without_credentials() => Assert.Equal(
        $$"""
        lock-version = "1.0"
        environments = ["sys_platform == \"linux\""]
        requires-python = ">=3.11"
        created-by = "slipway"

        [[packages]]
        name = "app"
        dependencies = [
            { name = "tool" },
        ]
        directory = { path = ".", editable = true }

        [[packages]]
        name = "idna"
        version = "3.6"
        marker = "python_version < \"3.13\""
        wheels = [
            { upload-time = 2026-01-02T01:04:05Z, url = "https://files.example/idna-3.6-py3-none-any.whl", size = 12, hashes = { sha256 = "{{HashA}}" } },
        ]

        [[packages]]
        name = "requests"
        version = "2.31.0"
        dependencies = [
            { name = "idna" },
        ]
        index = "https://index.example/simple"
        sdist = { upload-time = 2026-01-02T01:04:05Z, url = "https://files.example/requests-2.31.0.tar.gz", size = 12, hashes = { sha256 = "{{HashA}}" } }
        wheels = [
            { upload-time = 2026-01-02T01:04:05Z, url = "https://files.example/requests-2.31.0-py3-none-any.whl", size = 12, hashes = { sha256 = "{{HashB}}" } },
        ]

        [[packages]]
        name = "tool"
        vcs = { type = "git", url = "https://example.org/tool.git", requested-revision = "v1", commit-id = "0123abcd", subdirectory = "py" }

        [[packages]]
        name = "zipped"
        archive = { path = "lib/zipped-1.zip", hashes = { md5 = "aa", sha256 = "{{HashA}}" } }

        """,
        PylockWriter.Write(s_lock));

    [Fact]
    public void A_lock_without_packages_can_be_read() =>
        Assert.Empty(PylockReader.Read(new SourceText("pylock.toml", PylockWriter.Write(s_lock with { Packages = [] })), [])!.Packages);

    [Fact]
    public async Task A_requirements_file_of_a_lock_says_who_needs_what_and_pip_reads_it()
    {
        var options = new RequirementsWriterOptions
        {
            Command = "slipway pip lock -i https://me:secret@index.example/simple requirements.in",
            IndexUrl = "https://me:secret@index.example/simple",
            ExtraIndexUrls = ["https://${TOKEN}@two.example/simple"],
        };
        string text = RequirementsWriter.Write(s_lock, options);
        Assert.Equal(
            $"""
            # Made by slipway; do not change by hand. To make it again:
            #
            #    slipway pip lock -i https://index.example/simple requirements.in
            #
            --index-url https://index.example/simple
            --extra-index-url https://$TOKEN@two.example/simple

            -e ./.
            idna==3.6 ; python_version < "3.13" \
                --hash=sha256:{HashA}
                # via
                #   -r dev.in
                #   requests
            requests[socks]==2.31.0 \
                --hash=sha256:{HashA} \
                --hash=sha256:{HashB}
                # via -r requirements.in
            tool @ git+https://example.org/tool.git@0123abcd#subdirectory=py
                # via app
            ./lib/zipped-1.zip \
                --hash=sha256:{HashA}

            """.Replace("$TOKEN", "${TOKEN}", StringComparison.Ordinal),
            text);
        (RequirementsFile read, IReadOnlyList<Diagnostic> problems) = await new MemoryFiles(("r.txt", text), ("pyproject.toml", ""), ("lib/zipped-1.zip", "")).RequirementsAsync("r.txt");
        Assert.Empty(problems);
        Assert.Equal(["-", "idna", "requests", "tool", "-"], read.Requirements.Select(r => r.Name?.Value ?? "-"));
        Assert.Equal(2, read.Requirements[2].Hashes.Count);
    }

    [Fact]
    public void What_depends_on_chosen_extras_cannot_be_a_requirements_file() => Assert.Throws<DiagnosticException>(() => RequirementsWriter.Write(
        s_lock with { Packages = [s_lock.Packages[1] with { Marker = Marker.Parse("'dev' in dependency_groups") }] }, new RequirementsWriterOptions()));

    [Fact]
    public void Locks_of_several_targets_share_what_is_the_same()
    {
        LockedDistribution numpy = new() { Name = ProjectName.Parse("numpy"), Version = PythonVersion.Parse("1.26"), Wheels = [File("numpy-1.26-cp311-cp311-linux_x86_64.whl", HashA)] };
        LockedDistribution other = numpy with { Wheels = [File("numpy-1.26-cp311-cp311-linux_aarch64.whl", HashB)] };
        LockedDistribution six = new() { Name = ProjectName.Parse("six"), Version = PythonVersion.Parse("1.16"), Wheels = [File("six-1.16-py3-none-any.whl", HashA)] };
        Marker x64 = Marker.Parse("platform_machine == 'x86_64'"), arm = Marker.Parse("platform_machine == 'aarch64'");
        IReadOnlyList<LockedDistribution> merged = LockMerger.Merge([new TargetLock(x64, [six, numpy]), new TargetLock(arm, [other])]);
        Assert.Equal(["numpy 1.26 - 2", "six 1.16 platform_machine == \"x86_64\" 1"], merged.Select(p => $"{p} {p.Marker?.ToString() ?? "-"} {p.Wheels.Count}"));
        Assert.Equal(["six 1.15 platform_machine == \"aarch64\"", "six 1.16 platform_machine == \"x86_64\""],
            LockMerger.Merge([new TargetLock(x64, [six]), new TargetLock(arm, [six with { Version = PythonVersion.Parse("1.15") }])]).Select(p => $"{p} {p.Marker}"));
        Assert.Null(Assert.Single(LockMerger.Merge([new TargetLock(null, [six])])).Marker);
    }
}
