using Slipway.Dockerfile;

namespace Slipway.Lint;

internal sealed class FromAsCasing()
    : LintRule(nameof(FromAsCasing), "The 'as' keyword should match the case of the 'from' keyword")
{
    public override void CheckFile(DockerfileDocument document, LintCollector found)
    {
        foreach (FromInstruction from in document.AllInstructions().OfType<FromInstruction>())
        {
            string keyword = from.Syntax.Keyword.Text;
            bool isConsistent = keyword is "FROM" or "from"; // if not, another rule says so
            if (isConsistent && from.As is { } word && word.Text != (keyword == "FROM" ? "AS" : "as"))
            {
                found.Add(this, from, $"'{word}' and '{keyword}' keywords' casing do not match");
            }
        }
    }
}
