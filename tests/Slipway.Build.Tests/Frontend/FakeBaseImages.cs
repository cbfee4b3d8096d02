using Slipway.Build.Frontend;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Archives;
using Slipway.Images.Model;

namespace Slipway.Build.Tests.Frontend;

/// <summary>Base images without layers; remembers which were asked for, by name, with the tag unless it is "latest".</summary>
internal sealed class FakeBaseImages(params (string Name, ContainerConfig Config)[] images) : IBaseImages
{
    public List<string> Asked { get; } = [];

    public Task<BaseImage> ResolveAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken)
    {
        string familiar = reference.Familiar;
        Asked.Add(familiar.EndsWith(":latest", StringComparison.Ordinal) ? familiar[..^":latest".Length] : familiar);
        foreach ((string name, ContainerConfig config) in images)
        {
            if (ImageReference.Parse(name) == reference)
            {
                var image = new ImageConfig { Os = platform.Os, Architecture = platform.Architecture, Config = config };
                return Task.FromResult(new BaseImage(reference, Digest.Of(name), image, []));
            }
        }

        throw new DiagnosticException("no-such-image", $"there is no image {reference.Familiar}");
    }

    public Task<BaseImage> ResolveAsync(OciLayoutName layout, Platform platform, CancellationToken cancellationToken) =>
        throw new DiagnosticException("no-such-image", $"there is no layout {layout.Folder}");
}
