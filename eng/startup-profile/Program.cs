using Slipway.StartupProfile;

// usage: StartupProfile ASSEMBLIES PROFILE LIST…
// ASSEMBLIES is the folder of trimmed assemblies, each LIST what DOTNET_JitDisasmSummary wrote. See record.
var profile = new ProfileWriter(new AssemblyFolder(args[0]));
int added = 0, leftOut = 0;
foreach (string line in args[2..].SelectMany(File.ReadLines).Select(line => line[(line.IndexOf(':') + 1)..]).Distinct().Order(StringComparer.Ordinal))
{
    if (MethodName.TryParse(line) is { } method && profile.TryAdd(method))
    {
        added++;
    }
    else
    {
        leftOut++; // made at run time, or of a type that only the runtime knows
        Console.Error.WriteLine($"left out:{line}");
    }
}

profile.Save(args[1]);
Console.WriteLine($"{added} methods in {args[1]}, {leftOut} left out");
