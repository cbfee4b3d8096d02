namespace Slipway.Sandbox.Security;

/// <summary>What a container is kept from.</summary>
/// <param name="Capabilities">Names such as <c>CAP_CHOWN</c>; those this process has not are left out.</param>
/// <param name="Seccomp">Filter system calls as docker does by default.</param>
/// <param name="HideSystemPaths">Hide and write-protect the parts of /proc and /sys that docker does.</param>
/// <param name="NoNewPrivileges">setuid programs gain nothing (docker's <c>no-new-privileges</c>; off by default).</param>
public sealed record SecurityProfile(
    IReadOnlyList<string> Capabilities, bool Seccomp, bool HideSystemPaths, bool NoNewPrivileges)
{
    /// <summary>What docker gives to an ordinary container.</summary>
    public static SecurityProfile Default { get; } = new(CapabilityNames.DockerDefault, true, true, false);

    /// <summary><c>RUN --security=insecure</c> and <c>--privileged</c>.</summary>
    public static SecurityProfile Insecure { get; } = new(CapabilityNames.All, false, false, false);
}
