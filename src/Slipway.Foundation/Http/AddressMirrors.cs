namespace Slipway.Foundation.Http;

/// <summary>Where to look instead for addresses that begin in some way, as a site's settings say.</summary>
public static class AddressMirrors
{
    /// <summary>The addresses to ask for what has this one: the mirrors of the longest beginning that fits, in their order; else itself. It is only among them where the mirrors name it.</summary>
    /// <param name="mirrors">Beginnings of addresses, which count up to a slash, and what stands in their place.</param>
    /// <param name="address">The address.</param>
    public static IReadOnlyList<Uri> PlacesOf(IReadOnlyDictionary<string, IReadOnlyList<Uri>> mirrors, Uri address)
    {
        if (mirrors.Count == 0)
        {
            return [address];
        }

        string text = address.AbsoluteUri;
        (string? prefix, IReadOnlyList<Uri>? places) = mirrors.Where(m => text.StartsWith(m.Key.TrimEnd('/') + "/", StringComparison.Ordinal)).OrderByDescending(m => m.Key.Length).FirstOrDefault();
        return prefix is null ? [address] : [.. places!.Select(m => new Uri(m.AbsoluteUri.TrimEnd('/') + text[prefix.TrimEnd('/').Length..]))];
    }
}
