using System.Globalization;
using System.Text;
using Slipway.Environments.Layering;

namespace Slipway.Environments.Printing;

/// <summary>The rules of slim images, for people.</summary>
public static class SlimText
{
    /// <summary>The text.</summary>
    public static string Write()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"What a slim image leaves out of packages (rules {SlimRules.Version}). Paths are relative to the environment; {{site}} is the folder of Python's modules.\n");
        foreach (SlimRule rule in SlimRules.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{rule.Name}: {rule.About}\n");
            Lines("-", rule.Drops);
            Lines("+", rule.Keeps);
            if (!rule.NotOf.IsEmpty)
            {
                text.Append(CultureInfo.InvariantCulture, $"  not of packages {string.Join(' ', rule.NotOf)}\n");
            }
        }

        text.Append("\nalways kept\n");
        Lines("+", SlimRules.Always);
        return text.ToString();

        void Lines(string sign, IEnumerable<string> patterns)
        {
            foreach (string pattern in patterns)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {sign} {pattern}\n");
            }
        }
    }
}
