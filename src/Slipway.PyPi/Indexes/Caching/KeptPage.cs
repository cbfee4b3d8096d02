using Slipway.Foundation.Http;
using Slipway.PyPi.Indexes.Pages;

namespace Slipway.PyPi.Indexes.Caching;

/// <summary>What an index said of a project the last time it was asked.</summary>
internal sealed record KeptPage : HttpValidity
{
    /// <summary>The address that was asked, without secrets.</summary>
    public required string Source { get; init; }

    /// <summary>The clean page; null: it has none.</summary>
    public RawPage? Page { get; init; }

    /// <summary>Names on it that were refused.</summary>
    public IReadOnlyList<string> Hostile { get; init; } = [];
}
