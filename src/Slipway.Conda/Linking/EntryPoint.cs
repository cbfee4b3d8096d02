using System.Text;
using System.Text.RegularExpressions;
using Slipway.Conda.Packages;
using Slipway.Packages.Entries;

namespace Slipway.Conda.Linking;

/// <summary>A program that calls a function of a Python module (CEP 34, <c>entry_points</c>).</summary>
/// <param name="Name">The program's name in <c>bin/</c>.</param>
/// <param name="Module">The module, as <c>a.b</c>.</param>
/// <param name="Function">The function in it, as <c>main</c> or <c>App.run</c>.</param>
internal sealed partial record EntryPoint(string Name, string Module, string Function)
{
    /// <param name="package">The package's file name, for messages.</param>
    /// <param name="text"><c>name = module:function</c>, perhaps with extras behind.</param>
    internal static EntryPoint Parse(string package, string text) =>
        Form().Match(text) is { Success: true } match && match.Groups["name"].Value is not ("." or "..")
            ? new EntryPoint(match.Groups["name"].Value, match.Groups["module"].Value, match.Groups["function"].Value)
            : throw PackageProblem.Damaged(package, $"has the entry point '{text}', where 'name = module:function' was expected");

    /// <summary>The program's text.</summary>
    /// <param name="interpreter">The environment's Python, absolute.</param>
    internal byte[] Script(string interpreter)
    {
        // What is called may be an attribute of something imported.
        string imported = Function.Split('.')[0];
        return Encoding.UTF8.GetBytes($"{Shebang.For(interpreter)}\nimport sys\n\nfrom {Module} import {imported}\n\nif __name__ == \"__main__\":\n    sys.exit({Function}())\n");
    }

    // Strict, because all three go into a program's text.
    [GeneratedRegex(@"^\s*(?<name>[\w.+-]+)\s*=\s*(?<module>\w+(?:\.\w+)*)\s*:\s*(?<function>\w+(?:\.\w+)*)\s*(?:\[[^\]]*\]\s*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
