namespace Slipway.Conda.Channels;

/// <summary>A place that offers packages: a folder, on a server or here, with a folder for each platform in it.</summary>
/// <param name="Name">As match specs and people name it: <c>conda-forge</c>, <c>conda-forge/label/dev</c>, or a whole address. Holds no secret.</param>
/// <param name="Address">An absolute address without slash at its end, without user, password and token.</param>
public sealed record Channel(string Name, Uri Address)
{
    /// <summary>What stands before the host: <c>user:password</c>, as it was written, or null. A secret.</summary>
    internal string? UserInfo { get; init; }

    /// <summary>The token of <c>/t/TOKEN/</c>, or null. A secret.</summary>
    internal string? Token { get; init; }

    /// <summary>The address of a folder of it; without secrets.</summary>
    public string FolderAddress(string subdir) => $"{Address.AbsoluteUri.TrimEnd('/')}/{subdir}/";

    public override string ToString() => Name;

    /// <summary>An address of this channel, with the token where servers want it: directly behind the host. Never to be shown.</summary>
    internal Uri WithToken(Uri address) => Token is null || address.Host != Address.Host ? address : new Uri($"{address.GetLeftPart(UriPartial.Authority)}/t/{Token}{address.PathAndQuery}");
}
