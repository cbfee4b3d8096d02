using System.Collections.Immutable;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Slipway.Conda.Channels;
using Slipway.Conda.Records;
using Slipway.Environments.Layering;
using Slipway.Foundation.Http;
using Slipway.Testing;

namespace Slipway.Environments.Tests.Layering;

public sealed class LayerAssignmentTests
{
    private const long Large = LayerAssignment.Floor, Small = LayerAssignment.Floor / 10;

    [Fact]
    public void A_large_package_is_alone()
    {
        ImmutableDictionary<string, string> layers = Assign([Package("numpy", Large), Package("six", Small)]);
        Assert.Equal("numpy", layers["numpy"]);
        Assert.True(LayerAssignment.IsGroup(layers["six"]));
    }

    [Fact]
    public void Small_packages_that_one_large_package_brings_are_together()
    {
        ImmutableDictionary<string, string> layers = Assign(
            [Package("pandas", Large, "pytz", "dateutil"), Package("pytz", Small), Package("dateutil", Small, "six"), Package("six", Small)], "pandas");
        Assert.Single(new[] { layers["pytz"], layers["dateutil"], layers["six"] }.Distinct());
    }

    [Fact]
    public void An_edit_moves_nothing_that_it_does_not_touch()
    {
        LayeredPackage[] before = [Package("a", Large, "x"), Package("b", Large, "y"), Package("x", Small), Package("y", Small)];
        ImmutableDictionary<string, string> first = Assign(before, "a", "b");
        ImmutableDictionary<string, string> second = LayerAssignment.Assign([.. before, Package("c", Large, "x", "y")], Placed(first, before));
        Assert.All(first, pair => Assert.Equal(pair.Value, second[pair.Key]));
    }

    [Fact]
    public void Adding_a_package_moves_no_other() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        LayeredPackage[] packages = Random(new Random(seed), 40);
        ImmutableDictionary<string, string> first = LayerAssignment.Assign(packages[1..], ImmutableDictionary<string, PlacedPackage>.Empty);
        ImmutableDictionary<string, string> second = LayerAssignment.Assign(packages, Placed(first, packages));
        return first.All(pair => pair.Value == second[pair.Key]);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_of_the_packages_makes_no_difference() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var random = new Random(seed);
        LayeredPackage[] packages = Random(random, 30);
        LayeredPackage[] shuffled = [.. packages.OrderBy(_ => random.Next())];
        ImmutableDictionary<string, string> one = LayerAssignment.Assign(packages, ImmutableDictionary<string, PlacedPackage>.Empty), other = LayerAssignment.Assign(shuffled, ImmutableDictionary<string, PlacedPackage>.Empty);
        return one.All(pair => pair.Value == other[pair.Key]);
    }).QuickCheckThrowOnFailure();

    [ConformanceFact]
    public async Task Over_the_history_of_real_environments_only_layers_of_changed_packages_change_and_there_are_under_100()
    {
        using var folder = new TemporaryFolder();
        using var http = new HttpPolicy(new HttpPolicyOptions(), TimeProvider.System);
        using ChannelSet channel = await ChannelSet.OpenAsync(
            [Conformance.PathOf("conda/solve/derived")!], "linux-64", new ChannelSettings(), folder.Path, _ => http, TimeProvider.System, TestContext.Current.CancellationToken);
        var before = new Dictionary<string, (string Package, string Layer)>();
        IReadOnlyList<LayeredPackage> older = [];
        int edits = 0, untouched = 0, layers = 0;
        foreach (JsonElement row in Conformance.Rows("conda/solve/derived-env.jsonl"))
        {
            string[] solution = [.. row.GetProperty("solution").EnumerateArray().Select(p => p.GetString()!)];
            HashSet<string> wanted = [.. row.GetProperty("specs").EnumerateArray().Select(s => s.GetString()!.Split(' ', '=', '>', '<', '!', '~', '[')[0])];
            List<LayeredPackage> packages = [];
            foreach (string package in solution)
            {
                PackageRecord record = (await channel.FindAsync(package.Split('=')[0], TestContext.Current.CancellationToken)).First(r => r.ToString() == package);
                packages.Add(new LayeredPackage(record.Name, record.Size ?? 0, [.. record.DependencyNames], wanted.Contains(record.Name)));
            }

            ImmutableDictionary<string, string> assigned = LayerAssignment.Assign(packages, Placed(before.ToImmutableDictionary(p => p.Key, p => p.Value.Layer), older));
            Dictionary<string, (string Package, string Layer)> now = solution.ToDictionary(p => p.Split('=')[0], p => (p, assigned[p.Split('=')[0]]));
            Assert.InRange(assigned.Values.Distinct().Count(), 1, 90);
            if (before.Count > 0)
            {
                edits++;
                HashSet<string> touched =
                [
                    .. before.Where(p => !now.TryGetValue(p.Key, out (string Package, string Layer) same) || same.Package != p.Value.Package).Select(p => p.Value.Layer),
                    .. now.Where(p => !before.TryGetValue(p.Key, out (string Package, string Layer) same) || same.Package != p.Value.Package).Select(p => p.Value.Layer),
                ];
                Dictionary<string, string> old = Contents(before), fresh = Contents(now);
                string[] changed = [.. old.Keys.Union(fresh.Keys).Where(layer => old.GetValueOrDefault(layer) != fresh.GetValueOrDefault(layer))];
                Assert.Empty(changed.Except(touched));
                (untouched, layers) = (untouched + fresh.Count - changed.Length, layers + fresh.Count);
            }

            (before, older) = (now, packages);
        }

        Assert.True(edits >= 30, $"{edits} edits");
        TestContext.Current.SendDiagnosticMessage($"{edits} edits, {100 * untouched / layers} % of the layers stay as they are");
    }

    private static ImmutableDictionary<string, PlacedPackage> Placed(ImmutableDictionary<string, string> layers, IReadOnlyList<LayeredPackage> packages) =>
        packages.Where(p => layers.ContainsKey(p.Name)).ToImmutableDictionary(p => p.Name, p => new PlacedPackage(layers[p.Name], p.Size));

    private static Dictionary<string, string> Contents(Dictionary<string, (string Package, string Layer)> packages) =>
        packages.GroupBy(p => p.Value.Layer).ToDictionary(g => g.Key, g => string.Join(' ', g.Select(p => p.Value.Package).Order(StringComparer.Ordinal)));

    private static LayeredPackage[] Random(Random random, int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new LayeredPackage(
            $"p{i}", random.Next(2) == 0 ? Large * 3 : Small, [.. Enumerable.Range(0, random.Next(4)).Select(_ => $"p{random.Next(count)}")], random.Next(4) == 0)),
    ];

    private static ImmutableDictionary<string, string> Assign(LayeredPackage[] packages, params string[] requested) =>
        LayerAssignment.Assign([.. packages.Select(p => p with { IsRequested = requested.Contains(p.Name) })], ImmutableDictionary<string, PlacedPackage>.Empty);

    private static LayeredPackage Package(string name, long size, params string[] requires) => new(name, size, requires, false);
}
