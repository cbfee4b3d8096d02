using Slipway.Foundation.Http;

namespace Slipway.PyPi.Indexes;

/// <summary>What asking indexes needs of the machine.</summary>
public sealed record IndexEnvironment
{
    /// <summary>The store's folder; what indexes say is kept below it, in <c>python-v1/</c>.</summary>
    public required string Store { get; init; }

    /// <summary>Sends the requests to an address, patiently.</summary>
    public required Func<Uri, HttpPolicy> Http { get; init; }

    /// <summary>Brings a whole file here, checked; gives its path. For files whose metadata cannot be had alone.</summary>
    public required Func<IndexFile, CancellationToken, Task<string>> Archive { get; init; }

    /// <summary>Gives the value of a variable.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The user's logins.</summary>
    public NetrcFile Netrc { get; init; } = NetrcFile.Empty;

    /// <summary>Where relative paths start.</summary>
    public required string Folder { get; init; }

    /// <summary>Tells what is still fresh.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
