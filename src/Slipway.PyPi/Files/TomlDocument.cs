using Slipway.Foundation.Text;
using Slipway.Toml;

namespace Slipway.PyPi.Files;

/// <summary>A TOML file of a Python project; what is wrong with it is shown without the credentials of its addresses.</summary>
internal static class TomlDocument
{
    /// <summary>The fields of a file; null, with all mistakes told, when it is no TOML.</summary>
    /// <param name="source">The file.</param>
    /// <param name="problems">Takes the mistakes, also those that are found in the fields later.</param>
    /// <param name="text">What of it is TOML, when that is not all; each character at its place in the file.</param>
    public static TomlFields? Open(SourceText source, ICollection<Diagnostic> problems, SourceText? text = null)
    {
        List<Diagnostic> syntax = [];
        TomlTable table = TomlText.Read(text ?? source, syntax);
        SourceText shown = UrlCredentials.Mask(source);
        foreach (Diagnostic problem in syntax)
        {
            problems.Add(problem with { Source = shown, Message = UrlCredentials.Mask(problem.Message) });
        }

        return syntax.Count > 0 ? null : new TomlFields(shown, table, "", problems);
    }
}
