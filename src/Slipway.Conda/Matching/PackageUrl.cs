using System.Buffers;
using Slipway.Conda.Records;
using Slipway.Conda.Versions;

namespace Slipway.Conda.Matching;

/// <summary>A spec that is the address or the path of one package file, with its hash behind <c>#</c> if there is one (CEP 23, 29).</summary>
internal static class PackageUrl
{
    private static readonly SearchValues<char> NotInUrl = SearchValues.Create("[]=<> ");

    public static bool IsOne(string text)
    {
        ReadOnlySpan<char> url = WithoutHash(text);
        return PackageFileName.ExtensionOf(url) is not null && !url.ContainsAny(NotInUrl) && url.Contains('/');
    }

    public static MatchSpec Parse(string text)
    {
        string url = WithoutHash(text).ToString();
        int slash = url.LastIndexOf('/');
        string fileName = Uri.UnescapeDataString(url[(slash + 1)..]);
        if (!PackageFileName.TryParse(fileName, out PackageFileName? parts))
        {
            throw new FormatException($"\"{fileName}\" is not of the form name-version-build{PackageFileName.ExtensionOf(fileName)}");
        }

        if (!CondaVersion.TryParse(parts.Version, out _, out string? problem))
        {
            throw new FormatException($"\"{parts.Version}\" in the name of the file is not a version: {problem}");
        }

        (string channel, string? subdir) = Subdirs.Split(url[..slash]);
        var spec = new MatchSpec
        {
            Name = SpecName.Parse(parts.Name),
            Version = VersionConstraint.Parse("==" + parts.Version, ParseMode.Strict),
            Build = SpecKeys.Pattern("build", parts.Build),
            FileName = fileName,
            Url = url,
            Channel = subdir is null ? null : channel,
            Subdir = subdir,
        };
        return text.Length == url.Length ? spec : WithHash(spec, text[(url.Length + 1)..]);
    }

    private static MatchSpec WithHash(MatchSpec spec, string hash)
    {
        int colon = hash.IndexOf(':');
        string kind = colon < 0 ? hash.Length == 64 ? "sha256" : "md5" : hash[..colon].ToLowerInvariant();
        return kind is "md5" or "sha256"
            ? SpecKeys.Apply(spec, kind, hash[(colon + 1)..], ParseMode.Strict)
            : throw new FormatException($"a hash called \"{kind}\" is not known; md5 and sha256 are");
    }

    private static ReadOnlySpan<char> WithoutHash(string text)
    {
        int hash = text.IndexOf('#');
        return hash < 0 ? text : text.AsSpan(0, hash);
    }
}
