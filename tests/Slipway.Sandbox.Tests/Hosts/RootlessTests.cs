using System.Runtime.CompilerServices;
using Slipway.Foundation.Linux;
using Slipway.Sandbox.Hosts;
using Slipway.Sandbox.Tests.Containers;

namespace Slipway.Sandbox.Tests.Hosts;

/// <summary>Runs the container tests again, in this same program, as an ordinary user.</summary>
public sealed class RootlessTests
{
    private const string AsUser = "SLIPWAY_TEST_AS_USER";

    // What the program's own entry point does.
    [ModuleInitializer]
    internal static void ReExecute()
    {
        if (Environment.GetEnvironmentVariable(AsUser) == "1")
        {
            Rootless.ReExecuteIfNeeded([.. Environment.GetCommandLineArgs().Skip(1)]);
        }
    }

    [Theory]
    [InlineData(typeof(RunUnderCrun))]
    [InlineData(typeof(RunUnderRunc))]
    public async Task Everything_that_holds_for_root_holds_for_an_ordinary_user(Type tests) =>
        await RunAsUserAsync("slipway-test", withSubordinateIds: true, "-class", tests.FullName!);

    [Fact]
    public async Task Everything_that_needs_one_id_holds_for_a_user_without_subordinate_ids() =>
        await RunAsUserAsync("slipway-single", withSubordinateIds: false, "-class", typeof(RunUnderCrun).FullName!);

    [Fact]
    public async Task The_person_who_started_the_program_is_known_inside() =>
        await RunAsUserAsync("slipway-test", withSubordinateIds: true, "-class", typeof(InsideTests).FullName!);

    private static async Task RunAsUserAsync(string user, bool withSubordinateIds, params string[] filter)
    {
        Assert.SkipUnless(ProcessIdentity.EffectiveUid == 0 && Rootless.OriginalUid == 0, "making a user needs root");
        await TestUsers.EnsureAsync(user, withSubordinateIds);
        (int code, string output) = await TestUsers.ExecuteAsync(
            TestUsers.Becoming(user, [$"{AsUser}=1", Environment.ProcessPath!, "-noColor", .. filter]));
        Assert.True(code == 0, output);
        Assert.DoesNotContain("Total: 0", output);
    }
}

/// <summary>Only means something inside the namespace that <see cref="RootlessTests"/> starts it in.</summary>
public sealed class InsideTests
{
    [Fact]
    public async Task Root_in_here_is_the_user_out_there()
    {
        SandboxHost host = await SandboxHost.DetectAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0u, ProcessIdentity.EffectiveUid);
        Assert.Equal(host.InUserNamespace, Rootless.OriginalUid != 0);
        Assert.Equal(host.InUserNamespace, host.NeedsUserXattr);
        Assert.True(host.UserIds.Contains(1000));
    }
}
