using System.Text;
using System.Text.RegularExpressions;

namespace Slipway.Packages.Entries;

/// <summary>A program that calls a function of a Python module (CEP 34, <c>entry_points</c>; entry_points.txt of wheels).</summary>
/// <param name="Name">The program's name in <c>bin/</c>.</param>
/// <param name="Module">The module, as <c>a.b</c>.</param>
/// <param name="Function">The function in it, as <c>main</c> or <c>App.run</c>.</param>
public sealed partial record EntryPoint(string Name, string Module, string Function)
{
    /// <summary>Reads <c>name = module:function</c>, perhaps with extras behind, which mean nothing any more; null when it is anything else.</summary>
    public static EntryPoint? TryParse(string text) =>
        Form().Match(text) is { Success: true } match && match.Groups["name"].Value is not ("." or "..")
            ? new EntryPoint(match.Groups["name"].Value, match.Groups["module"].Value, match.Groups["function"].Value)
            : null;

    /// <summary>The program's text.</summary>
    /// <param name="shebang">The first line, or two, that find the environment's Python (<see cref="Shebang"/>).</param>
    public byte[] Script(string shebang)
    {
        // What is called may be an attribute of something imported.
        string imported = Function.Split('.')[0];
        return Encoding.UTF8.GetBytes($"{shebang}\nimport sys\n\nfrom {Module} import {imported}\n\nif __name__ == \"__main__\":\n    sys.exit({Function}())\n");
    }

    // Strict, because all three go into a program's text.
    [GeneratedRegex(@"^\s*(?<name>[\w.+-]+)\s*=\s*(?<module>\w+(?:\.\w+)*)\s*:\s*(?<function>\w+(?:\.\w+)*)\s*(?:\[[^\]]*\]\s*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
