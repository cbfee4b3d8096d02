using Slipway.Sandbox.Containers;

namespace Slipway.Sandbox.Tests.Containers;

public sealed class StartFailuresTests
{
    [Theory]
    [InlineData("permission denied", StartFailureKind.NotExecutable)]
    [InlineData("no such file or directory", StartFailureKind.NotFound)]
    public void A_warning_beside_the_error_does_not_decide_what_it_was(string reason, StartFailureKind kind)
    {
        string log = $"""
            time="2026-01-01T00:00:00Z" level=warning msg="lstat /sys/fs/cgroup/slipway: no such file or directory, exec format error"
            time="2026-01-01T00:00:00Z" level=error msg="runc run failed: unable to start container process: exec: \"/etc/passwd\": {reason}"
            """;
        Assert.Equal(kind, StartFailures.Classify(StartFailures.Words(log)));
    }
}
