using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Requirements;
using Slipway.Testing;

namespace Slipway.PyPi.Tests.Files;

public sealed class RequirementsFileTests
{
    private static async Task<string[]> ProblemsAsync(params (string, string)[] files) =>
        [.. (await new MemoryFiles(files).RequirementsAsync("r.txt")).Problems.Select(p => $"{p.Code} {(p.Position is { } at ? $"{p.Source!.Path}:{at.Line}:{at.Column}" : "-")}")];

    [Fact]
    public async Task All_mistakes_are_told_with_their_places() => Assert.Equal(
        ["bad-requirement r.txt:1:9", "bad-option r.txt:3:1", "bad-marker r.txt:4:9", "weak-hash r.txt:6:3", "file-not-found r.txt:7:4", "bad-requirement deep/b.txt:2:3", "bad-option r.txt:9:13", "passed-over r.txt:10:8"],
        await ProblemsAsync(
            ("r.txt", "requests=2\nnumpy\n--indx-url=x\nscipy ; pyton_version > '3'\nb==1 \\\n  --hash=md5:68b329da9893e34099c7d8ad5cb9c940\n-r c.txt\n-r deep/b.txt\n--no-binary a,,b\n--pre  x\n"),
            ("deep/b.txt", "a\nb c\n")));

    [Fact]
    public async Task Nothing_shows_the_password_of_an_address()
    {
        const string Text = "-i https://me:secret@index.example/simple\n--extra-index-url https://tok3n@two.example/s x\na @ https://me:secret@example.org/a.zip extra\nhttps://me:secret@example.org/b.zip --hash=sha1:1\n-r https://me:secret@example.org/r.txt\n-e https://me:secret@example.org/x\nb==1 --config-settings https://me:secret@x.example\n";
        (RequirementsFile file, IReadOnlyList<Diagnostic> problems) = await new MemoryFiles(("r.txt", Text)).RequirementsAsync("r.txt");
        Assert.Equal("https://me:secret@index.example/simple", file.Options.IndexUrl!.Text);
        Assert.NotEmpty(problems);
        Assert.All(problems, p => Assert.DoesNotMatch("secret|tok3n", p + (p.Source?.Text ?? "")));
        Assert.All(file.Requirements, r => Assert.DoesNotContain("secret", r + r.Source.Text));
    }

    [Fact]
    public async Task An_environment_file_hands_its_lines_on()
    {
        const string Text = "dependencies:\n- pip:\n  - numpy>=1.26  # why\n  - -r more.txt\n  - --extra-index-url=https://x.example\n  - bro ken\n";
        WrittenText[] lines = [.. new[] { "numpy>=1.26  # why", "-r more.txt", "--extra-index-url=https://x.example", "bro ken" }.Select(t => new WrittenText(t, new TextSpan(Text.IndexOf(t, StringComparison.Ordinal), t.Length)))];
        List<Diagnostic> problems = [];
        RequirementsFile file = await new RequirementsFileReader(new MemoryFiles(("sub/more.txt", "scipy\n")), _ => null)
            .ReadLinesAsync(new SourceText("sub/environment.yml", Text), "sub", lines, problems, TestContext.Current.CancellationToken);
        Assert.Equal(["numpy>=1.26", "scipy"], file.Requirements.Select(r => r.Text));
        Assert.Equal(3, file.Requirements[0].Line);
        Assert.Equal("6:9", $"{Assert.Single(problems).Position!.Value.Line}:{problems[0].Position!.Value.Column}");
        Assert.Equal("https://x.example", Assert.Single(file.Options.ExtraIndexUrls).Text);
    }

    [Fact]
    public async Task Lines_of_an_address_are_fetched_and_name_others_beside_it()
    {
        Dictionary<string, string> web = new() { ["https://me:pw@x.example/a/r.txt"] = "-r b.txt\nnumpy\n", ["https://me:pw@x.example/a/b.txt"] = "scipy\n" };
        List<Diagnostic> problems = [];
        RequirementsFile file = await new RequirementsFileReader(new MemoryFiles(), _ => null, (address, _) => Task.FromResult(System.Text.Encoding.UTF8.GetBytes(web[address.OriginalString])))
            .ReadAsync("https://me:pw@x.example/a/r.txt", false, problems, TestContext.Current.CancellationToken);
        Assert.Empty(problems);
        Assert.Equal(["scipy", "numpy"], file.Requirements.Select(r => r.Text));
        Assert.Equal(["https://x.example/a/r.txt", "https://x.example/a/b.txt"], file.Files);
    }

    [Theory]
    [InlineData("a==1 --hash=sha256:aa\nb==1\n", "missing-hash")]
    [InlineData("a>=1 --hash=sha256:aa\n", "not-pinned")]
    [InlineData("a==1,>0 --hash=sha256:aa\n", "not-pinned")]
    [InlineData("a==1.* --hash=sha256:aa\n", "not-pinned")]
    [InlineData("--require-hashes\na==1\n", "missing-hash")]
    [InlineData("--require-hashes\n-e ./p\n", "no-hash-possible")]
    [InlineData("--require-hashes\nb @ git+https://x.example/b@1\n", "no-hash-possible")]
    [InlineData("--require-hashes\nb @ https://x.example/b.zip#md5=1\n", "weak-hash")]
    [InlineData("--require-hashes\nb @ https://x.example/b.zip#sha256=1\n", null)]
    [InlineData("--no-require-hashes\na==1 --hash=sha256:aa\nb==1\n", null)]
    [InlineData("a==1 --hash=sha256:aa\nb===1 --hash=sha256:bb\n", null)]
    [InlineData("a==1 --hash=sha256:aa\nb==1\n-c c.txt\n", null)]
    public async Task In_hash_mode_every_requirement_is_pinned_and_has_a_hash(string text, string? code)
    {
        (RequirementsFile file, _) = await new MemoryFiles(("r.txt", text), ("c.txt", "b==1 --hash=sha256:cc\n"), ("p/pyproject.toml", "")).RequirementsAsync("r.txt");
        List<Diagnostic> problems = [];
        HashMode.Check(file, problems);
        Assert.Equal(code, problems.SingleOrDefault()?.Code);
    }

    [Fact]
    public async Task Later_entries_of_package_lists_win()
    {
        (RequirementsFile file, _) = await new MemoryFiles(("r.txt", "--only-binary :all:\n--no-binary Foo_Bar,b\n--only-binary b\n")).RequirementsAsync("r.txt");
        Assert.True(file.Options.Binaries.Of(ProjectName.Parse("foo-bar")));
        Assert.False(file.Options.Binaries.Of(ProjectName.Parse("b")));
        Assert.False(file.Options.Binaries.Of(ProjectName.Parse("c")));
        Assert.Null(PackageChoice.None.Of(ProjectName.Parse("c")));
    }

    [Fact]
    public async Task An_index_after_another_takes_its_place_as_with_pip_and_that_is_told() =>
        Assert.Equal(["index-replaced r.txt:2:4"], await ProblemsAsync(("r.txt", "--extra-index-url https://a.example\n-i https://b.example\n")));

    [Fact]
    public void Nothing_outside_of_a_folder_is_read_unless_it_may_be()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "in/sub"));
        File.WriteAllText(Path.Combine(folder.Path, "out.txt"), "a");
        File.WriteAllText(Path.Combine(folder.Path, "in/sub/a.txt"), "a");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "in/link.txt"), "../out.txt");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "in/up"), "..");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "in/fine.txt"), "sub/a.txt");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "in/loop"), "loop");
        var files = new FolderFiles(Path.Combine(folder.Path, "in"), mayLeave: false);
        Assert.NotNull(files.Read("sub/a.txt"));
        Assert.NotNull(files.Read("fine.txt"));
        Assert.Null(files.Read("sub/b.txt"));
        Assert.All(["../out.txt", "link.txt", "up/out.txt", "loop", "/etc/hostname"], path => Assert.Throws<DiagnosticException>(() => files.Read(path)));
        Assert.NotNull(new FolderFiles(Path.Combine(folder.Path, "in"), mayLeave: true).Read("../out.txt"));
    }

    [Fact]
    public async Task What_the_folder_refuses_is_told_at_its_line()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "r.txt"), "a\n-r ../other.txt\n-e ../lib\n./a\0b.zip\nb\n");
        List<Diagnostic> problems = [];
        RequirementsFile file = await new RequirementsFileReader(new FolderFiles(folder.Path, mayLeave: false), _ => null).ReadAsync("r.txt", false, problems, TestContext.Current.CancellationToken);
        Assert.Equal(["outside-folder 2", "outside-folder 3", "bad-path 4"], problems.Select(p => $"{p.Code} {p.Position!.Value.Line}"));
        Assert.Equal(["a", "b"], file.Requirements.Select(r => r.Text));
    }

    [Fact]
    public async Task No_damage_makes_the_reader_fail_otherwise_than_with_diagnostics()
    {
        byte[] one = System.Text.Encoding.UTF8.GetBytes("# coding: utf-8\n-i https://u:p@x.example/s --pre\na[b,c]>=1,<2 ; python_version > '3' --hash=sha256:aa \\\n  --hash=sha384:bb # c\n-e ./p[x]\n-r deep/b.txt\nb @ git+https://x.example/b@${REV}#egg=b\n--no-binary a,:none:\n./p/c-1.zip\n");
        byte[] other = System.Text.Encoding.UTF8.GetBytes("file:///a/b.whl\n-c https://x.example/c.txt\nd --config-settings 'a=b c'\n\u2028-f ..\n");
        foreach (int seed in Mutations.Seeds(1500))
        {
            byte[] damaged = new Mutations(seed).Damage(one, other);
            var files = new MemoryFiles(new Dictionary<string, byte[]> { ["r.txt"] = damaged, ["deep/b.txt"] = other, ["p/pyproject.toml"] = [], ["p/c-1.zip"] = [] });
            (RequirementsFile file, IReadOnlyList<Diagnostic> problems) = await files.RequirementsAsync("r.txt", variables: new Dictionary<string, string> { ["REV"] = "v1" });
            HashMode.Check(file, []);
            ConstraintRules.Check(file, []);
            Assert.All(problems.Where(p => p.Source is not null), p => Assert.InRange(p.Span.End, 0, p.Source!.Text.Length));
        }
    }

    [Fact]
    public async Task A_constraint_only_narrows()
    {
        (RequirementsFile file, _) = await new MemoryFiles(("c.txt", "a<2\nb[x]<2\n./p\n-e ./p\n"), ("p/pyproject.toml", "")).RequirementsAsync("c.txt", asConstraints: true);
        List<Diagnostic> problems = [];
        ConstraintRules.Check(file, problems);
        Assert.Equal([2, 3, 4], problems.Select(p => p.Position!.Value.Line));
    }
}
