using Slipway.Foundation.Http;

namespace Slipway.Conda.Channels;

/// <summary>What a site decided about channels; the defaults are what conda-forge's users expect.</summary>
public sealed record ChannelSettings
{
    /// <summary>What stands before the name of a channel that is no address (<c>channel_alias</c>).</summary>
    public Uri Alias { get; init; } = new("https://conda.anaconda.org/");

    /// <summary>The channels that <c>defaults</c> means (<c>default_channels</c>).</summary>
    public IReadOnlyList<string> Defaults { get; init; } = ["https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r"];

    /// <summary>Addresses of names that are not below the alias (<c>custom_channels</c>): <c>pkgs/main</c>, or an own name.</summary>
    public IReadOnlyDictionary<string, Uri> Custom { get; init; } = new Dictionary<string, Uri>
    {
        ["pkgs/main"] = new("https://repo.anaconda.com/pkgs/main"),
        ["pkgs/r"] = new("https://repo.anaconda.com/pkgs/r"),
        ["pkgs/msys2"] = new("https://repo.anaconda.com/pkgs/msys2"),
        ["pkgs/free"] = new("https://repo.anaconda.com/pkgs/free"),
    };

    /// <summary>Where to look instead, in this order (<c>mirrored_channels</c>, <c>mirror</c>): for addresses that begin with the key. The address itself is only used when it is among them.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Uri>> Mirrors { get; init; } = new Dictionary<string, IReadOnlyList<Uri>>();

    /// <summary>Logins by host (<c>host</c> or <c>host:port</c>): <c>user:password</c>, or a bearer token when there is no colon.</summary>
    public IReadOnlyDictionary<string, string> Logins { get; init; } = new Dictionary<string, string>();

    /// <summary>Logins by host for servers without one in <see cref="Logins"/> or in the channel's address.</summary>
    public NetrcFile Netrc { get; init; } = NetrcFile.Empty;

    /// <summary>How many steps the relations between channels may be followed (CEP 42, <c>channel_relations_max_depth</c>); 0: they are not.</summary>
    public int RelationDepth { get; init; } = 10;

    /// <summary>A relative path of a channel starts here.</summary>
    public string Folder { get; init; } = "/";

    /// <summary>The addresses to ask for what has this one: its mirrors in their order, else itself.</summary>
    public IReadOnlyList<Uri> PlacesOf(Uri address) => AddressMirrors.PlacesOf(Mirrors, address);
}
