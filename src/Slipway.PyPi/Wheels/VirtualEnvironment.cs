using System.Text;
using Slipway.Packages.Entries;
using Slipway.PyPi.Tags;

namespace Slipway.PyPi.Wheels;

/// <summary>
/// The files that make a folder a virtual environment (PEP 405), as Python's <c>venv</c> makes them, less what only serves interactive shells on the machine that made it: activation scripts, the command that was
/// run, and a pip of its own. The same Python gives the same bytes.
/// </summary>
public static class VirtualEnvironment
{
    /// <param name="python">The Python that it is made with.</param>
    /// <param name="seesSystem">Whether packages beside that Python are seen inside.</param>
    public static IReadOnlyList<EnvironmentEntry> EntriesFor(BasePython python, bool seesSystem = false)
    {
        string program = python.Program, home = program[..program.LastIndexOf('/')];
        string version = python.Target.ShortVersion + (python.Target.IsFreeThreaded ? "t" : "");
        string config = $"home = {home}\ninclude-system-site-packages = {(seesSystem ? "true" : "false")}\nversion = {python.Target.Python}\nexecutable = {program}\n";
        return
        [
            EnvironmentEntry.Of("pyvenv.cfg", Encoding.UTF8.GetBytes(config), isExecutable: false, ""),
            EnvironmentEntry.Link("bin/python", program, ""),
            EnvironmentEntry.Link("bin/python3", "python", ""),
            EnvironmentEntry.Link($"bin/python{version}", "python", ""),
            EnvironmentEntry.Link("lib64", "lib", ""),
            new EnvironmentEntry { Path = $"lib/python{version}/site-packages", Kind = Slipway.Packages.Contents.PackageMemberKind.Directory, IsExecutable = true },
        ];
    }
}
