using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Environments.Building;
using Slipway.Environments.Layering;
using Slipway.Environments.Locking;
using Slipway.Foundation.Hashing;
using Slipway.Images.Model;
using Slipway.PyPi.Tags;

namespace Slipway.Environments.Builds;

/// <summary>What builds for an image see: its base, its packages of the base system and of conda, and the Python that builds. The image's Python packages are not among it.</summary>
internal sealed record BuildGround
{
    public required Platform Platform { get; init; }

    /// <summary>Its files; waits until it is known which packages of the base system there will be.</summary>
    public required Func<CancellationToken, Task<GroundFiles>> FilesAsync { get; init; }

    public required BasePython Python { get; init; }

    /// <summary>Whether conda brings the compilers, if there are any.</summary>
    public required bool HasConda { get; init; }

    /// <summary>The variables that programs have there; may fetch packages.</summary>
    public required Func<CancellationToken, Task<IReadOnlyDictionary<string, string>>> Variables { get; init; }

    /// <summary>The files of an image below its Python packages. The steps are those of the image itself, so that nothing is made twice.</summary>
    public static Operation OperationOf(BaseImage image, PlatformLock locked, CondaEnvironment? conda)
    {
        var label = new StageLabel("build");
        Operation top = new ImageOperation(Next($"FROM {locked.Base}"), image);
        if (!locked.Apt.IsEmpty)
        {
            top = AptInstall.Operation(Next(AptInstall.Title(locked)), top, locked);
        }

        foreach (PackageLayer<LockedCondaPackage> layer in conda?.Layers ?? [])
        {
            top = new LayerOperation(Next($"conda {layer.Name}"), top, new CondaLayerSource(conda!, layer));
        }

        return conda is null ? top : new LayerOperation(Next("conda environment"), top, new CondaRestSource(conda));

        StepOrigin Next(string title) => new(label, label.NextStep(), title, null, default);
    }

    /// <summary>Names the files that a lock gives, less the Python packages.</summary>
    public static string IdentityOf(PlatformLock locked, ImageLayout layout) => new KeyBuilder().Add("base", locked.BaseDigest.ToString()).Add("prefix", locked.Conda.IsEmpty ? null : layout.Prefix)
        .AddRange("apt", locked.Apt.Select(p => $"{p.Name} {p.Version} {p.Sha256}")).AddRange("conda", locked.Conda.Select(p => p.Record.Sha256 ?? p.Record.Md5 ?? p.Record.Url)).ToDigest().ToString();

    /// <summary>The Python of a conda environment.</summary>
    public static BasePython PythonOf(ImageLayout layout, PythonTarget target) => new()
    {
        Target = target,
        Executable = $"{layout.Prefix}/bin/python",
        Program = $"{layout.Prefix}/bin/python{target.ShortVersion}",
        Prefix = layout.Prefix,
        StandardLibrary = $"{layout.Prefix}/lib/python{target.ShortVersion}",
    };
}

/// <summary>The files that builds see.</summary>
/// <param name="Top">What makes them.</param>
/// <param name="Identity">Names them by what the lock says, so that they need not be made to find what was built on them.</param>
internal sealed record GroundFiles(Operation Top, string Identity);
