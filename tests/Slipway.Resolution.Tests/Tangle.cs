namespace Slipway.Resolution.Tests;

/// <summary>Packages whose versions each go with a few neighbouring versions of others, so that choices have to be taken back after others followed.</summary>
internal static class Tangle
{
    public static ToyWorld Make(int seed)
    {
        var random = new Random(seed);
        var world = new ToyWorld();
        for (int name = 0; name < 26; name++)
        {
            int[] others = [.. Enumerable.Range(0, 5).Select(_ => random.Next(26)).Distinct().Where(other => other != name)];
            for (int version = 1; version <= 12; version++)
            {
                world.Add($"{(char)('a' + name)} {version}", [.. others.Select(Window)]);

                string Window(int other)
                {
                    int centre = version + random.Next(-3, 4);
                    return $"{(random.Next(8) == 0 ? "?" : "")}{(char)('a' + other)} >={Math.Clamp(centre - 3, 1, 12)},<={Math.Clamp(centre + 2, 1, 12)}";
                }
            }
        }

        return world;
    }
}
