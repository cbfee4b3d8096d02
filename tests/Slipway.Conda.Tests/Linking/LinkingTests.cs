using System.Text.Json;
using Slipway.Conda.Linking;
using Slipway.Conda.Tests.Packages;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;
using Slipway.Packages.Entries;

namespace Slipway.Conda.Tests.Linking;

public sealed class LinkingTests : IDisposable
{
    private const string Placeholder = "/home/build/_h_env_placehold_placehold_placehold_placehold_placehold_placehold_placehold_placehold_placehold";

    private readonly TestWorld _world = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static PackageBuilder Python => new("python", "3.11.4") { Depends = ["libz"] };

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_package_becomes_a_directory_with_its_prefix_replaced()
    {
        string env = await _world.LinkAsync(new PackageBuilder("tool")
            .File("bin/tool", $"#!{Placeholder}/bin/sh\necho {Placeholder}\n", 0x1ED, Placeholder)
            .File("lib/libtool.so", $"\u0001{Placeholder}/lib\0end", 0x1ED, Placeholder, "binary")
            .File("share/plain", "plain"));
        Assert.Equal($"#!{env}/bin/sh\necho {env}\n", await File.ReadAllTextAsync($"{env}/bin/tool", Token));
        Assert.Equal($"\u0001{env}/lib{new string('\0', Placeholder.Length - env.Length)}\0end", await File.ReadAllTextAsync($"{env}/lib/libtool.so", Token));
        Assert.Equal("plain", await File.ReadAllTextAsync($"{env}/share/plain", Token));
        Assert.True(File.GetUnixFileMode($"{env}/bin/tool").HasFlag(UnixFileMode.UserExecute));
        Assert.False(File.GetUnixFileMode($"{env}/share/plain").HasFlag(UnixFileMode.UserExecute));
        Assert.True(File.Exists($"{env}/conda-meta/history"));
        using JsonDocument record = JsonDocument.Parse(await File.ReadAllBytesAsync($"{env}/conda-meta/tool-1.0-0.json", Token));
        Assert.Equal(["bin/tool", "lib/libtool.so", "share/plain"], record.RootElement.GetProperty("files").EnumerateArray().Select(f => f.GetString()));
    }

    [Fact]
    public async Task Both_formats_and_all_their_variants_give_the_same_layer()
    {
        PackageBuilder Make() => new PackageBuilder("both").File("bin/x", $"#!{Placeholder}/bin/sh\n", 0x1ED, Placeholder).Link("bin/y", "x").HardLink("bin/z", "bin/x").File("a", "");
        string[] archives =
        [
            await Make().CondaAsync(Directory.CreateDirectory(_world["1"]).FullName),
            await Make().CondaAsync(Directory.CreateDirectory(_world["2"]).FullName, infoFirst: true, metadata: ""),
            await Make().CondaAsync(Directory.CreateDirectory(_world["3"]).FullName, descriptors: true),
            await Make().CondaAsync(Directory.CreateDirectory(_world["4"]).FullName, zip64: true),
            await Make().TarBz2Async(Directory.CreateDirectory(_world["5"]).FullName),
            await Make().TarBz2Async(Directory.CreateDirectory(_world["6"]).FullName, infoLast: true),
        ];
        var layers = new List<string>();
        foreach (string archive in archives)
        {
            LinkPlan plan = await LinkPlanner.PlanAsync(_world.At("/opt/env"), [new LinkInput(Make().Record(), await _world.UnpackAsync(archive))], 1, Token);
            layers.Add((await _world.WriteLayerAsync(plan)).DiffId.ToString());
        }

        Assert.Single(layers.Distinct());
    }

    [Fact]
    public async Task A_python_package_without_a_platform_goes_where_the_environments_python_looks()
    {
        string env = await _world.LinkAsync(
            Python.File("bin/python3.11", "binary", 0x1ED),
            new PackageBuilder("libz"),
            new PackageBuilder("requests") { Subdir = "noarch", Noarch = "python", EntryPoints = ["req = requests.cli:App.main"], Depends = ["python >=3.8"] }
                .File("site-packages/requests/__init__.py", "x = 1\n").File("python-scripts/req-old", $"#!{Placeholder}/bin/python\n", 0x1ED, Placeholder).File("etc/req.conf", "c"));
        Assert.True(File.Exists($"{env}/lib/python3.11/site-packages/requests/__init__.py"));
        Assert.Equal($"#!{env}/bin/python\n", await File.ReadAllTextAsync($"{env}/bin/req-old", Token));
        Assert.True(File.Exists($"{env}/etc/req.conf"));
        string script = await File.ReadAllTextAsync($"{env}/bin/req", Token);
        Assert.StartsWith($"#!{env}/bin/python3.11\n", script, StringComparison.Ordinal);
        Assert.Contains("from requests.cli import App", script, StringComparison.Ordinal);
        Assert.Contains("App.main()", script, StringComparison.Ordinal);
        Assert.True(File.GetUnixFileMode($"{env}/bin/req").HasFlag(UnixFileMode.UserExecute));
    }

    [Fact]
    public async Task A_program_that_is_a_file_and_an_entry_point_is_made()
    {
        string env = await _world.LinkAsync(
            new PackageBuilder("python", "3.11.4"), new PackageBuilder("t") { Noarch = "python", EntryPoints = ["t = t:main", "t = t:other"] }.File("python-scripts/t", "old"));
        Assert.Contains("from t import main", await File.ReadAllTextAsync($"{env}/bin/t", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_for_python_without_a_python_is_refused()
    {
        var refused = await Assert.ThrowsAsync<DiagnosticException>(() => _world.LinkAsync(new PackageBuilder("t") { Noarch = "python" }.File("site-packages/t.py", "")));
        Assert.Equal("no-python", refused.Diagnostics[0].Code);
    }

    [Fact]
    public async Task A_python_says_itself_where_modules_go()
    {
        string env = await _world.LinkAsync(
            new PackageBuilder("python", "3.13.0") { SitePackages = "lib/python3.13t/site-packages" }.File("bin/python3.13", "", 0x1ED),
            new PackageBuilder("abi3") { Noarch = "python" }.File("site-packages/abi3.so", "x"));
        Assert.True(File.Exists($"{env}/lib/python3.13t/site-packages/abi3.so"));
    }

    [Fact]
    public async Task The_package_installed_last_has_a_path_that_several_want_and_each_such_path_is_listed()
    {
        LinkPlan plan = await _world.PlanAsync(_world.At("env"),
        [
            new PackageBuilder("b") { Depends = ["a"] }.File("share/x", "from b").File("share/same", "same"),
            new PackageBuilder("a").File("share/x", "from a").File("share/same", "same"),
            new PackageBuilder("c").File("share/own", "c"),
        ]);
        Assert.Equal(["a", "b", "c"], plan.Packages.Select(package => package.Input.Record.Name));
        Assert.Equal([("share/same", "b", true), ("share/x", "b", false)], plan.Clashes.Select(clash => (clash.Path, clash.Winner, clash.IsHarmless)));
        await DirectoryLinker.LinkAsync(plan, FileSharing.Any, 2, Token);
        Assert.Equal("from b", await File.ReadAllTextAsync(_world["env/share/x"], Token));
        using JsonDocument loser = JsonDocument.Parse(await File.ReadAllBytesAsync(_world["env/conda-meta/a-1.0-0.json"], Token));
        Assert.Empty(loser.RootElement.GetProperty("files").EnumerateArray());
    }

    [Fact]
    public async Task What_lies_below_a_link_of_another_package_goes_where_the_link_leads()
    {
        string env = await _world.LinkAsync(
            new PackageBuilder("base").Link("lib64", "lib").File("lib/a", "a"),
            new PackageBuilder("aaa").File("lib64/b", "b"));
        Assert.Equal("lib", new FileInfo($"{env}/lib64").LinkTarget);
        Assert.Equal("b", await File.ReadAllTextAsync($"{env}/lib/b", Token));
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("../..")]
    [InlineData("out")]
    public async Task Writing_through_a_link_that_leads_out_or_in_a_circle_is_refused(string target)
    {
        var refused = await Assert.ThrowsAsync<DiagnosticException>(() => _world.PlanAsync(_world.At("env"), [new PackageBuilder("bad").Link("out", target).File("out/passwd", "x")]));
        Assert.Equal("hostile-package", refused.Diagnostics[0].Code);
    }

    [Fact]
    public async Task A_file_where_another_package_has_a_directory_is_refused()
    {
        var refused = await Assert.ThrowsAsync<DiagnosticException>(() =>
            _world.PlanAsync(_world.At("env"), [new PackageBuilder("a").File("x", "file"), new PackageBuilder("b").File("x/y", "below")]));
        Assert.Equal("path-conflict", refused.Diagnostics[0].Code);
    }

    [Fact]
    public async Task All_packages_that_are_wrong_are_named_at_once()
    {
        var lying = new PackageBuilder("lying");
        lying.Info["index.json"] = """{"name":"other","version":"1.0","build":"0"}""";
        var refused = await Assert.ThrowsAsync<DiagnosticException>(() => _world.PlanAsync(_world.At("env"), [lying, new PackageBuilder("mac") { Subdir = "osx-64" }]));
        Assert.Equal(["wrong-package", "wrong-platform"], refused.Diagnostics.Select(d => d.Code));
    }

    [Fact]
    public async Task A_prefix_that_does_not_fit_into_a_binary_is_refused()
    {
        var refused = await Assert.ThrowsAsync<DiagnosticException>(() =>
            _world.PlanAsync(_world.At("/a/very/long/prefix"), [new PackageBuilder("short").File("lib/x", "/opt/p\0", 0x1A4, "/opt/p", "binary")]));
        Assert.Equal("prefix-too-long", refused.Diagnostics[0].Code);
    }

    [Fact]
    public async Task A_package_from_before_paths_json_is_linked_by_its_lists()
    {
        var old = new PackageBuilder("old").File("bin/a", "#!/opt/anaconda1anaconda2anaconda3/bin/sh\n", 0x1ED).File("lib/b", "/opt/other/place\0", 0x1A4).File("share/not listed", "x");
        old.Info["paths.json"] = null;
        old.Info["files"] = "bin/a\nlib/b\n";
        old.Info["has_prefix"] = "bin/a\n\"/opt/other\" binary \"lib/b\"\n";
        LinkPlan plan = await _world.PlanAsync(_world.At("/e"), [old]);
        Layer layer = await _world.WriteLayerAsync(plan);
        Assert.Equal(["e", "e/bin", "e/bin/a", "e/conda-meta", "e/conda-meta/history", "e/conda-meta/old-1.0-0.json", "e/lib", "e/lib/b"], layer.Index.Entries.Select(entry => entry.Path));
        Assert.Equal("#!/e/bin/sh\n", Read(plan, "bin/a"));
        Assert.Equal("/e/place\0\0\0\0\0\0\0\0\0", Read(plan, "lib/b"));
    }

    [Fact]
    public async Task Scripts_that_want_to_run_are_reported_and_stay_files()
    {
        LinkPlan plan = await _world.PlanAsync(_world.At("/e"), [new PackageBuilder("s").File("bin/.s-post-link.sh", "rm -rf /", 0x1ED).File("bin/.other-post-link.sh", "", 0x1ED)]);
        Assert.Equal([new LinkScript("s", "post-link", "bin/.s-post-link.sh")], plan.Packages[0].Scripts);
    }

    [Fact]
    public async Task A_directory_with_something_in_it_is_left_alone_and_an_empty_one_is_taken()
    {
        Directory.CreateDirectory(_world["env"]);
        await _world.LinkAsync(new PackageBuilder("a").File("x", "1"));
        var refused = await Assert.ThrowsAsync<DiagnosticException>(() => _world.LinkAsync(new PackageBuilder("a").File("x", "2")));
        Assert.Equal("prefix-not-empty", refused.Diagnostics[0].Code);
        Assert.Equal("1", await File.ReadAllTextAsync(_world["env/x"], Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_world["."], ".env*"));
    }

    [Fact]
    public async Task Names_of_one_file_are_names_of_one_file_in_layer_and_directory()
    {
        PackageBuilder[] packages = [new PackageBuilder("git").File("libexec/git-add", "same bytes", 0x1ED).HardLink("libexec/git-rm", "libexec/git-add").File("empty1", "").File("empty2", "")];
        LinkPlan plan = await _world.PlanAsync(_world.At("env"), packages);
        Layer layer = await _world.WriteLayerAsync(plan);
        Assert.Single(layer.Index.Entries, entry => entry.Kind == LayerEntryKind.HardLink);
        await DirectoryLinker.LinkAsync(plan, FileSharing.Any, 1, Token);
        Assert.Equal("same bytes", await File.ReadAllTextAsync(_world["env/libexec/git-rm"], Token));
    }

    [Fact]
    public async Task The_environments_records_are_not_a_packages_to_write()
    {
        LinkPlan plan = await _world.PlanAsync(_world.At("/e"), [new PackageBuilder("bold").File("conda-meta/history", "mine").File("conda-meta/other.json", "{}")]);
        Assert.Equal(["conda-meta/bold-1.0-0.json", "conda-meta/history"], plan.Entries.Select(entry => entry.Path).Order(StringComparer.Ordinal));
        Assert.Equal(2, plan.Notices.Count);
    }

    private static string Read(LinkPlan plan, string path)
    {
        using var reader = new StreamReader(plan.Entries.Single(entry => entry.Path == path).Open());
        return reader.ReadToEnd();
    }
}
