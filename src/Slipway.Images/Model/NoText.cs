using System.Collections.ObjectModel;

namespace Slipway.Images.Model;

/// <summary>The empty map of texts.</summary>
internal static class NoText
{
    internal static readonly IReadOnlyDictionary<string, string> Map = ReadOnlyDictionary<string, string>.Empty;
}
