namespace Slipway.Testing.Registry;

/// <summary>What an in-memory registry does wrong.</summary>
public enum FaultKind
{
    /// <summary>Answers <see cref="RegistryFault.Status"/>, with <see cref="RegistryFault.RetryAfter"/> if given.</summary>
    Status,

    /// <summary>Sends the announced length's first <see cref="RegistryFault.After"/> bytes, then cuts the connection.</summary>
    Disconnect,

    /// <summary>Announces and sends only the first <see cref="RegistryFault.After"/> bytes.</summary>
    Truncate,

    /// <summary>Sends other bytes of the same length.</summary>
    Corrupt,

    /// <summary>Sends more bytes than there are, without announcing a length.</summary>
    Overlong,

    /// <summary>Says another digest of a manifest than it has.</summary>
    OtherDigest,

    /// <summary>Redirects to <see cref="RegistryFault.Target"/> with the path kept.</summary>
    Redirect,
}

/// <summary>A fault for requests whose "METHOD path" contains <paramref name="Match"/>, so many times.</summary>
public sealed record RegistryFault(FaultKind Kind, string Match, int Times = int.MaxValue)
{
    public int Status { get; init; } = 503;

    public string? RetryAfter { get; init; }

    /// <summary>What comes with the status.</summary>
    public string Body { get; init; } = "";

    public int After { get; init; }

    public string? Target { get; init; }
}
