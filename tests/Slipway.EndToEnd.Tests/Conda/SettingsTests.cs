namespace Slipway.EndToEnd.Tests.Conda;

/// <summary>What a site says of channels in its settings.</summary>
public sealed class SettingsTests(World world)
{
    [Fact]
    public async Task A_mirror_stands_in_for_a_channel_that_cannot_be_reached()
    {
        using var conda = await CondaWorld.StartAsync(world);
        Settings(conda, $"conda:\n  channels: [far]\n  channel_alias: https://conda.invalid/\n  mirrors:\n    https://conda.invalid/far: {conda.Channel}\n  logins:\n    conda.invalid: ada:s3cret\n");
        await conda.Slipway.RunAsync("conda", "install", "-q", "tzdata", "-p", conda.PathOf("env"));
        Assert.True(Directory.Exists(conda.PathOf("env/share/zoneinfo")));
        var shown = await conda.Slipway.RunAsync("config", "show");
        Assert.Contains("https://conda.invalid/far", shown.Out, StringComparison.Ordinal);
        Assert.Contains("logins for conda.invalid", shown.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", shown.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mistakes_are_told_with_their_places()
    {
        using var conda = await CondaWorld.StartAsync(world);
        Settings(conda, "conda:\n  chanels: [far]\n");
        var outcome = await conda.Slipway.RunAsync(1, "conda", "lock", "-c", conda.Channel, "tzdata");
        Assert.Contains("config.yml:2:3", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("did you mean 'channels'", outcome.Error, StringComparison.Ordinal);
    }

    private static void Settings(CondaWorld conda, string text)
    {
        Directory.CreateDirectory(conda.PathOf("slipway"));
        conda.Write("slipway/config.yml", text);
    }
}
