using System.Text.Json.Serialization;
using Slipway.Build.Frontend;
using Slipway.Foundation.Hashing;
using Slipway.Images.Layers;
using Slipway.Images.Store;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.Environments.Building;

/// <summary>The Python of a base image as it is kept: finding it means to read through its files.</summary>
internal sealed record BasePythonRecord(
    string Version, string LibC, string Architecture, bool IsFreeThreaded, string Executable, string Program, string Prefix, bool IsVirtualEnvironment, string StandardLibrary, bool IsExternallyManaged,
    string? Distribution)
{
    // Goes up when the same image would be read otherwise.
    private const string Rules = "base-python-1";

    /// <summary>The Python of an image.</summary>
    /// <exception cref="Foundation.Text.DiagnosticException">There is none.</exception>
    public static async Task<BasePython> OfAsync(BaseImage image, LayerStore layers, FactStore facts, CancellationToken cancellationToken)
    {
        string? path = image.Config.Config.Env.Select(v => v.StartsWith("PATH=", StringComparison.Ordinal) ? v["PATH=".Length..] : null).FirstOrDefault(v => v is not null);
        Digest name = new KeyBuilder().Add("rules", Rules).Add("path", path).AddRange("layers", image.Config.DiffIds.Select(d => d.ToString())).ToDigest();
        if (facts.Find(name, BasePythonJson.Default.BasePythonRecord)?.ToPython() is { } known)
        {
            return known;
        }

        BasePython found = await new BasePythonReader(new SnapshotTree(await Snapshot.LoadAsync(layers, image.Config.DiffIds, cancellationToken)), path).ReadAsync(cancellationToken);
        facts.Keep(name, Of(found), BasePythonJson.Default.BasePythonRecord);
        return found;
    }

    private static BasePythonRecord Of(BasePython python) => new(
        python.Target.Python.ToString(), python.Target.LibC.ToString(), python.Target.Architecture, python.Target.IsFreeThreaded, python.Executable, python.Program, python.Prefix, python.IsVirtualEnvironment,
        python.StandardLibrary, python.IsExternallyManaged, python.Distribution);

    // Null if the file was written by something else.
    private BasePython? ToPython() => !PythonVersion.TryParse(Version, out PythonVersion? version) || !PyPi.Tags.LibC.TryParse(LibC, out LibC libC) ? null : new BasePython
    {
        Target = new PythonTarget(version, libC, Architecture, IsFreeThreaded),
        Executable = Executable,
        Program = Program,
        Prefix = Prefix,
        IsVirtualEnvironment = IsVirtualEnvironment,
        StandardLibrary = StandardLibrary,
        IsExternallyManaged = IsExternallyManaged,
        Distribution = Distribution,
    };
}

[JsonSerializable(typeof(BasePythonRecord))]
internal sealed partial class BasePythonJson : JsonSerializerContext;
