// Makes layers of wheels as a whole process, for measuring: Slipway.PyPi.Driver FOLDER STORE
// Every wheel of the folder goes into the cache, is checked, and becomes a part of one of four layers that are written at the same time.
using System.Diagnostics;
using Slipway.Foundation.Http;
using Slipway.Images.Layers;
using Slipway.Images.Store;
using Slipway.Packages.Archives;
using Slipway.Packages.Entries;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;
using Slipway.PyPi.Wheels;

const int Layers = 4;
string[] paths = [.. Directory.EnumerateFiles(args[0], "*.whl").Order(StringComparer.Ordinal)];
var watch = Stopwatch.StartNew();
using var store = ImageStore.Open(args[1]);
string temporary = Directory.CreateDirectory(Path.Combine(args[1], "wheels-tmp")).FullName;
var cache = new ArchiveCache(ArchiveCache.RootIn(args[1]), address => throw new HttpFailureException(HttpFailure.Offline, address, "files only"), _ => { });
IReadOnlyList<WheelArchive> wheels = await new WheelFetcher(cache, temporary).FetchAsync(
    [.. paths.Select(path => new ArchiveSource { FileName = Path.GetFileName(path), Url = path, StoredName = "package.whl", Size = new FileInfo(path).Length, Hashes = [new ArchiveHash(ArchiveHashKind.Sha256, File.ReadAllText(path + ".sha256").Trim())] })],
    CancellationToken.None);
long read = watch.ElapsedMilliseconds;
var target = new PythonTarget(PythonVersion.Parse("3.11.2"), new LibC(LibCKind.Glibc, 2, 36), "x86_64");
WheelPlan plan = WheelInstallPlanner.Plan(InstallScheme.ForVirtualEnvironment("/opt/env", target), [.. wheels.Select(wheel => new WheelInput(wheel))], new WheelInstallOptions { AllowClashes = true }, CancellationToken.None);
long planned = watch.ElapsedMilliseconds;

// Of about the same size each.
var groups = Enumerable.Range(0, Layers).Select(_ => new List<EnvironmentEntry>()).ToArray();
foreach (InstalledWheel wheel in plan.Wheels.OrderByDescending(wheel => wheel.Entries.Sum(entry => entry.Size)))
{
    groups.MinBy(group => group.Sum(entry => entry.Size))!.AddRange(wheel.Entries);
}

await Parallel.ForEachAsync(groups, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (group, token) =>
{
    await using LayerWriter writer = store.Layers.CreateWriter(new LayerWriterOptions());
    await EntryLayer.WriteAsync(writer, "/opt/env", group, token);
    await writer.CompleteAsync(token);
});
Console.WriteLine($"{wheels.Count} wheels, {plan.Entries.Count()} entries, {plan.Entries.Sum(entry => entry.Size) >> 20} MiB: read {read} ms, planned {planned - read} ms, written {watch.ElapsedMilliseconds - planned} ms");
foreach (WheelArchive wheel in wheels)
{
    wheel.Dispose();
}
