using Slipway.Packages.Entries;

namespace Slipway.PyPi.Wheels;

/// <summary>Reads the programs in <c>entry_points.txt</c> ("entry points specification").</summary>
public static class EntryPointsFile
{
    /// <summary>The programs of <c>[console_scripts]</c> and <c>[gui_scripts]</c>, which on Linux are the same, in their order.</summary>
    /// <exception cref="FormatException">A program of these two is not <c>name = module:attribute</c>, with a name that stays in its folder.</exception>
    public static IReadOnlyList<(EntryPoint Point, bool IsGui)> Parse(string text)
    {
        var points = new List<(EntryPoint, bool)>();
        string group = "";
        int number = 0;
        foreach (string raw in text.Split('\n'))
        {
            number++;
            string line = raw.Trim();
            if (line.Length == 0 || line[0] is '#' or ';')
            {
                continue;
            }

            if (line[0] == '[' && line[^1] == ']')
            {
                group = line[1..^1].Trim();
            }
            else if (group is "console_scripts" or "gui_scripts")
            {
                points.Add((EntryPoint.TryParse(line) ?? throw new FormatException($"line {number} of entry_points.txt is '{line}', where 'name = module:function' was expected"), group == "gui_scripts"));
            }
        }

        return points;
    }
}
