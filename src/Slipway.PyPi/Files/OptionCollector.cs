using Slipway.Foundation.Text;

namespace Slipway.PyPi.Files;

/// <summary>Puts the option lines of requirements files together, in pip's order.</summary>
/// <param name="files">Tells where find-links folders lie.</param>
/// <param name="problems">Takes what is wrong.</param>
internal sealed class OptionCollector(IProjectFiles files, ICollection<Diagnostic> problems)
{
    /// <summary>What was set up to now.</summary>
    public RequirementsOptions Options { get; private set; } = new();

    /// <summary>Adds the options of one line.</summary>
    /// <param name="line">The options.</param>
    /// <param name="source">The file as diagnostics show it.</param>
    /// <param name="path">The file's path.</param>
    public void Add(IReadOnlyList<WrittenOption> line, SourceText source, string path)
    {
        // pip looks at --no-index and --index-url of a line before the others.
        foreach (WrittenOption option in line.OrderBy(o => o.Kind switch
        {
            OptionKind.NoIndex => 0,
            OptionKind.IndexUrl => 1,
            _ => 2,
        }))
        {
            try
            {
                Options = With(option, source, path);
            }
            catch (FormatException e)
            {
                Report(Severity.Error, "bad-option", $"the value of {option.Name} cannot be read: {e.Message}", option, source, "names of packages with commas between, :all: or :none:");
            }
        }
    }

    private RequirementsOptions With(WrittenOption option, SourceText source, string path)
    {
        WrittenText value = option.Value;
        switch (option.Kind)
        {
            case OptionKind.NoIndex:
                return Options with { NoIndex = true, IndexUrl = null, ExtraIndexUrls = [] };
            case OptionKind.IndexUrl or OptionKind.ExtraIndexUrl when Options.NoIndex:
                Report(Severity.Warning, "passed-over", $"{option.Name} has no effect after --no-index", option, source, "remove one of the two");
                return Options;
            case OptionKind.IndexUrl:
                if (Options.IndexUrl is not null || Options.ExtraIndexUrls.Count > 0)
                {
                    Report(Severity.Warning, "index-replaced", $"{option.Name} takes the place of all indexes that were named before", option, source, "name the main index once and first, others with --extra-index-url");
                }

                return Options with { IndexUrl = value, ExtraIndexUrls = [] };
            case OptionKind.ExtraIndexUrl:
                return Options with { ExtraIndexUrls = [.. Options.ExtraIndexUrls, value] };
            case OptionKind.FindLinks:
                string beside = RequirementReader.IsUrl(value.Text) || RequirementReader.IsUrl(path) ? value.Text : ProjectPath.Join(ProjectPath.FolderOf(path), value.Text);
                bool isBeside = beside != value.Text && (files.IsFolder(beside) || files.IsFile(beside));
                return Options with { FindLinks = [.. Options.FindLinks, isBeside ? value with { Text = beside } : value] };
            case OptionKind.NoBinary:
                return Options with { Binaries = Options.Binaries.With(value.Text, toFirst: true) };
            case OptionKind.OnlyBinary:
                return Options with { Binaries = Options.Binaries.With(value.Text, toFirst: false) };
            case OptionKind.Pre:
                return Options with { Prereleases = Options.Prereleases.With(":all:", toFirst: true) };
            case OptionKind.AllReleases:
                return Options with { Prereleases = Options.Prereleases.With(value.Text, toFirst: true) };
            case OptionKind.OnlyFinal:
                return Options with { Prereleases = Options.Prereleases.With(value.Text, toFirst: false) };
            case OptionKind.PreferBinary:
                return Options with { PreferBinary = true };
            case OptionKind.RequireHashes:
                return Options with { RequireHashes = true };
            case OptionKind.NoRequireHashes:
                return Options with { RequireHashes = false };
            case OptionKind.TrustedHost:
                return Options with { TrustedHosts = [.. Options.TrustedHosts, value] };
            case OptionKind.UseFeature:
                return Options with { Features = [.. Options.Features, value.Text] };
            default:
                Report(Severity.Warning, "passed-over", $"{option.Name} has no effect on a line without a requirement", option, source, "write it behind the requirement it is for, or join the lines with \\");
                return Options;
        }
    }

    private void Report(Severity severity, string code, string message, WrittenOption option, SourceText source, string help) =>
        problems.Add(new Diagnostic(severity, code, message, source, option.Value.Span, help));
}
