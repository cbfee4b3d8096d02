using Slipway.Foundation.Text;
using Slipway.Images.Registry.Policy;

namespace Slipway.Images.Configuration;

/// <summary>What the files of settings say, the user's over the machine's.</summary>
/// <param name="Files">The files that were looked for, in that order.</param>
/// <param name="Registries">How registries are asked.</param>
/// <param name="Keep">How large the store may become; null: not said.</param>
/// <param name="Conda">How conda channels are asked.</param>
/// <param name="Python">How indexes of Python packages are asked.</param>
public sealed record SlipwayConfig(IReadOnlyList<ConfigPlace> Files, RegistryPolicy Registries, StoreKeep? Keep, CondaConfig Conda, PythonConfig Python)
{
    /// <summary>Reads all files that are there.</summary>
    /// <exception cref="DiagnosticException">They hold mistakes, all of which are in it; or the file that the user chose is not there.</exception>
    public static SlipwayConfig Read(IReadOnlyList<ConfigPlace> places)
    {
        List<Diagnostic> problems = [];
        ConfigDocument[] documents = [.. places.Select(place => ConfigReader.TryRead(place, problems)).OfType<ConfigDocument>()];
        return problems.Count > 0 ? throw new DiagnosticException(problems) : new SlipwayConfig(
            places,
            new RegistryPolicy([.. documents.SelectMany(document => document.Rules).DistinctBy(rule => rule.Prefix, StringComparer.OrdinalIgnoreCase)]),
            documents.Select(document => document.Keep).FirstOrDefault(keep => keep is not null),
            documents.Select(document => document.Conda).Aggregate(new CondaConfig(), (user, machine) => user.Over(machine)),
            documents.Select(document => document.Python).Aggregate(new PythonConfig(), (user, machine) => user.Over(machine)));
    }
}

/// <summary>Where a file of settings may lie.</summary>
/// <param name="Path">The file.</param>
/// <param name="IsChosen">Whether the user named it, so that it must be there.</param>
public sealed record ConfigPlace(string Path, bool IsChosen)
{
    private const string Machine = "/etc/slipway/config.yml";

    /// <summary><c>$SLIPWAY_CONFIG</c>, else <c>slipway/config.yml</c> in the user's settings; then the machine's.</summary>
    public static IReadOnlyList<ConfigPlace> Of(Func<string, string?> environment)
    {
        string? settings = environment("XDG_CONFIG_HOME") is { Length: > 0 } folder ? folder
            : environment("HOME") is { Length: > 0 } home ? System.IO.Path.Combine(home, ".config") : null;
        ConfigPlace? user = environment("SLIPWAY_CONFIG") is { Length: > 0 } chosen ? new ConfigPlace(System.IO.Path.GetFullPath(chosen), IsChosen: true)
            : settings is not null ? new ConfigPlace(System.IO.Path.Combine(settings, "slipway", "config.yml"), IsChosen: false) : null;
        return [.. ((ConfigPlace?[])[user, new ConfigPlace(Machine, IsChosen: false)]).OfType<ConfigPlace>()];
    }
}

/// <summary>What one file says.</summary>
internal sealed record ConfigDocument(IReadOnlyList<RegistryRule> Rules, StoreKeep? Keep, CondaConfig Conda, PythonConfig Python);
