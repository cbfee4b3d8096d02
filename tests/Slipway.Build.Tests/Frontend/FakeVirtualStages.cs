using System.Collections.Immutable;
using Slipway.Build.Contexts;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;
using Slipway.Images.Model;

namespace Slipway.Build.Tests.Frontend;

/// <summary>Virtual stages <c>pack:…</c>, each with the same two layers in <c>/opt/p</c>; there is no <c>pack:none</c>.</summary>
internal sealed class FakeVirtualStages : IVirtualStages
{
    private int _written;

    /// <summary>How many layers were written.</summary>
    public int Written => _written;

    public bool Knows(string name) => name.StartsWith("pack:", StringComparison.Ordinal);

    public Task<string> BaseAsync(string name, Platform platform, CancellationToken cancellationToken) => Task.FromResult("base");

    public Task<IVirtualStage> OpenAsync(string name, BaseImage? below, Platform platform, CancellationToken cancellationToken) =>
        name == "pack:none" ? throw new DiagnosticException("no-pack", "there is no such pack") : Task.FromResult<IVirtualStage>(new Stage(this));

    private sealed class Stage(FakeVirtualStages stages) : IVirtualStage
    {
        public string Folder => "/opt/p";

        public IReadOnlyList<VirtualLayer> Layers => [new("lower", new Layer(stages, "lower")), new("upper", new Layer(stages, "upper"))];

        public IReadOnlyList<string> Command => ["tool"];

        public IReadOnlyDictionary<string, string> ImageVariables => new Dictionary<string, string> { ["LANGUAGE"] = "none" };

        public Task<ImmutableSortedDictionary<string, string>> VariablesAsync(IReadOnlyDictionary<string, string> before, CancellationToken cancellationToken) =>
            Task.FromResult(ImmutableSortedDictionary<string, string>.Empty.Add("PLACE", Folder));
    }

    internal sealed class Layer(FakeVirtualStages stages, string name) : ILayerSource
    {
        public string Name => name;

        public bool ReadsParent => false;

        public void Describe(KeyBuilder key) => key.Add("name", name);

        public async Task PrepareAsync(CancellationToken cancellationToken) => await Task.Yield();

        public async Task WriteAsync(LayerWriter writer, IFileTree below, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref stages._written);
            await writer.AddAsync(new LayerEntry { Path = $"opt/p/{name}", Kind = LayerEntryKind.Directory, Mode = 0x1ED }, cancellationToken);
        }
    }
}
