using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Slipway.Conda.Linking;
using Slipway.Conda.Tests.Packages;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;
using Slipway.Testing;
using Slipway.Packages.Entries;

namespace Slipway.Conda.Tests.Linking;

/// <summary>The same packages give the same bytes, whatever the number of threads, the order in which they were named, and the clock.</summary>
public sealed class ReproducibilityTests : IDisposable
{
    private const string Placeholder = "/placehold_placehold_placehold_placehold_placehold_placehold";

    private readonly TestWorld _world = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Environments_of_random_packages_are_the_same_each_time(int seed)
    {
        PackageBuilder[] packages = Make(new Random(seed));
        var digests = new List<string>();
        foreach (int threads in (int[])[1, 4])
        {
            new Random(seed + threads).Shuffle(packages);
            LinkPlan plan = await _world.PlanAsync(_world.At("/opt/env"), packages, threads);
            digests.Add((await _world.WriteLayerAsync(plan)).DiffId.ToString());

            plan = await _world.PlanAsync(_world.At("env"), packages, threads);
            await DirectoryLinker.LinkAsync(plan, FileSharing.None, threads, Token);
            digests.Add(Digest(_world["env"]));
            Directory.Delete(_world["env"], recursive: true);
        }

        Assert.Equal(digests[0], digests[2]);
        Assert.Equal(digests[1], digests[3]);
    }

    [Fact]
    public async Task Layers_of_some_packages_each_give_together_what_one_layer_gives()
    {
        LinkPlan plan = await _world.PlanAsync(_world.At("/opt/env"), Make(new Random(9)));
        Layer whole = await _world.WriteLayerAsync(plan);
        var paths = new HashSet<string>();
        foreach (IEnumerable<LinkEntry> part in plan.Packages.Select(package => (IEnumerable<LinkEntry>)package.Entries).Append(plan.Own))
        {
            await using LayerWriter writer = _world.Store.Layers.CreateWriter(new LayerWriterOptions());
            await LayerComposer.WriteAsync(writer, "/opt/env", part, Token);
            paths.UnionWith((await writer.CompleteAsync(Token)).Index.Entries.Select(entry => entry.Path));
        }

        Assert.Equal(whole.Index.Entries.Select(entry => entry.Path).Order(), paths.Order());
    }

    [Fact]
    public async Task The_records_name_what_lies_there_with_the_digests_it_has()
    {
        LinkPlan plan = await _world.PlanAsync(_world.At("env"), Make(new Random(4)));
        await DirectoryLinker.LinkAsync(plan, FileSharing.None, 2, Token);
        int files = 0;
        foreach (string path in Directory.EnumerateFiles(_world["env/conda-meta"], "*.json"))
        {
            using JsonDocument record = JsonDocument.Parse(await File.ReadAllBytesAsync(path, Token));
            foreach (JsonElement entry in record.RootElement.GetProperty("paths_data").GetProperty("paths").EnumerateArray().Where(entry => entry.TryGetProperty("sha256_in_prefix", out _)))
            {
                byte[] bytes = await File.ReadAllBytesAsync(_world["env/" + entry.GetProperty("_path").GetString()], Token);
                Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), entry.GetProperty("sha256_in_prefix").GetString());
                files++;
            }
        }

        Assert.InRange(files, 10, 10_000);
    }

    [Fact]
    public async Task The_environments_own_records_are_as_conda_reads_them()
    {
        var builder = new PackageBuilder("tool", "1.2", "h1_0") { Depends = ["python >=3.9"] };
        LinkPlan plan = await LinkPlanner.PlanAsync(
            _world.At("/opt/env") with { FrozenMessage = "It is part of an image.", Variables = new Dictionary<string, string> { ["B"] = "2", ["A"] = "1" } },
            [
                new LinkInput(builder.Record() with { Url = "https://conda.example/main/linux-64/tool-1.2-h1_0.conda", BuildNumber = 7, License = "MIT" }, await _world.UnpackAsync(await builder.File("x", "x").CondaAsync(_world.Packages)))
                {
                    RequestedSpecs = ["tool >=1", "it's"],
                },
            ], 1, Token);
        Dictionary<string, string> own = plan.Own.ToDictionary(entry => entry.Path, entry => new StreamReader(entry.Open()).ReadToEnd());
        Assert.Equal("==> 1980-01-02 00:00:00 <==\n# cmd: slipway\n+https://conda.example/main/linux-64::tool-1.2-h1_0\n# update specs: ['it\\'s', 'tool >=1']\n", own["conda-meta/history"]);
        Assert.Equal("{\n  \"message\": \"It is part of an image.\"\n}", own["conda-meta/frozen"]);
        Assert.Equal("{\n  \"env_vars\": {\n    \"A\": \"1\",\n    \"B\": \"2\"\n  }\n}", own["conda-meta/state"]);
        using JsonDocument record = JsonDocument.Parse(own["conda-meta/tool-1.2-h1_0.json"]);
        Assert.Equal("https://conda.example/main", record.RootElement.GetProperty("channel").GetString());
        Assert.Equal("python >=3.9", record.RootElement.GetProperty("depends")[0].GetString());
        Assert.Contains("\"python >=3.9\"", own["conda-meta/tool-1.2-h1_0.json"], StringComparison.Ordinal);
        Assert.Equal(7, record.RootElement.GetProperty("build_number").GetInt32());
    }

    [Fact]
    public async Task Modules_are_compiled_to_the_same_bytes_and_recorded()
    {
        if (Tool.Find("python3") is not { } python)
        {
            Assert.Skip("python3 is not installed");
            return;
        }

        PackageBuilder[] packages = [new PackageBuilder("python", "3.11.4").File("bin/python3.11", "x", 0x1ED),
            new PackageBuilder("m") { Noarch = "python" }.File("site-packages/m/a.py", "x = {'a', 'b', 'c', 'd'}\ny = 'q' in {'e', 'f', 'g'}\n").File("site-packages/m/broken.py", "this is no python\n").File("site-packages/m/a.txt", "")];
        var runner = new PythonRunner(python);
        var digests = new List<string>();
        for (int i = 0; i < 2; i++)
        {
            LinkPlan plan = await _world.PlanAsync(_world.At("env") with { CompilesPython = true }, packages);
            await DirectoryLinker.LinkAsync(plan, FileSharing.None, 1, Token);
            await ByteCompilation.RunAsync(plan, runner, Token);
            string compiled = Assert.Single(Directory.EnumerateFiles(_world["env/lib/python3.11/site-packages/m/__pycache__"]));
            byte[] bytes = await File.ReadAllBytesAsync(compiled, Token);
            Assert.Equal([1, 0, 0, 0], bytes[4..8]); // PEP 552: by hash, not checked
            digests.Add(Convert.ToHexString(SHA256.HashData(bytes)));
            Assert.Contains("lib/python3.11/site-packages/m/__pycache__/a.cpython-311.pyc", await File.ReadAllTextAsync(_world["env/conda-meta/m-1.0-0.json"], Token), StringComparison.Ordinal);
            Assert.Equal([$"{plan.Options.Prefix}/lib/python3.11/site-packages/m/a.py", $"{plan.Options.Prefix}/lib/python3.11/site-packages/m/broken.py"], ByteCompilation.CommandFor(plan)!.Input.TrimEnd().Split('\n'));
            Directory.Delete(_world["env"], recursive: true);
        }

        Assert.Equal(digests[0], digests[1]);
    }

    [Fact]
    public async Task Only_scripts_that_are_allowed_by_name_are_run_and_they_know_their_package()
    {
        LinkPlan plan = await _world.PlanAsync(_world.At("env"),
        [
            new PackageBuilder("a").File("bin/.a-post-link.sh", "echo $PKG_NAME $PKG_VERSION $PKG_BUILDNUM > $PREFIX/ran-a\n", 0x1ED),
            new PackageBuilder("b").File("bin/.b-post-link.sh", "exit 3\n", 0x1ED),
        ]);
        await DirectoryLinker.LinkAsync(plan, FileSharing.None, 1, Token);
        var runner = new PythonRunner(null);
        await LinkScripts.RunAsync(plan, ["a"], runner, Token);
        Assert.Equal("a 1.0 0\n", await File.ReadAllTextAsync(_world["env/ran-a"], Token));
        Assert.Equal("post-link", (await Assert.ThrowsAsync<DiagnosticException>(() => LinkScripts.RunAsync(plan, ["b"], runner, Token))).Diagnostics[0].Code);
        Assert.Equal("no-such-script", (await Assert.ThrowsAsync<DiagnosticException>(() => LinkScripts.RunAsync(plan, ["c"], runner, Token))).Diagnostics[0].Code);
    }

    private static PackageBuilder[] Make(Random random)
    {
        var packages = new List<PackageBuilder>();
        for (int i = 0; i < 8; i++)
        {
            var package = new PackageBuilder($"p{i}") { Depends = [.. Enumerable.Range(0, i).Where(_ => random.Next(3) == 0).Select(j => $"p{j} >=1")] };
            for (int j = random.Next(1, 12); j > 0; j--)
            {
                byte[] content = [.. Enumerable.Range(0, random.Next(0, 400)).SelectMany(_ => random.Next(5) == 0 ? System.Text.Encoding.ASCII.GetBytes(Placeholder) : [(byte)random.Next(256)])];
                string folder = ((string[])["bin", "lib", "lib/deep/er", "share"])[random.Next(4)];
                package.File($"{folder}/own{i}-{j}", content, random.Next(2) == 0 ? 0x1ED : 0x1A4, random.Next(3) == 0 ? null : Placeholder, random.Next(2) == 0 ? "text" : "binary");
            }

            packages.Add(package.File($"share/clash{random.Next(3)}", $"of {i}"));
        }

        return [.. packages];
    }

    private static string Digest(string folder) => Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Join('\n',
        Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => $"{path} {File.GetUnixFileMode(path)} {(File.Exists(path) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))) : "")}")))));

    // Runs commands without a sandbox; with the machine's Python in the place of the environment's, which is none.
    private sealed class PythonRunner(string? python) : IEnvironmentRunner
    {
        public async Task<(int ExitCode, string Error)> RunAsync(EnvironmentCommand command, CancellationToken cancellationToken)
        {
            var start = new ProcessStartInfo(python ?? command.Arguments[0], command.Arguments.Skip(1)) { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true };
            foreach ((string name, string value) in command.Variables)
            {
                start.Environment[name] = name == "PATH" ? Environment.GetEnvironmentVariable("PATH") : value;
            }

            using Process process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken), output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.StandardInput.WriteAsync(command.Input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            await output;
            return (process.ExitCode, await error);
        }
    }
}
