using System.Collections.Immutable;

namespace Slipway.Build.Frontend;

/// <summary>
/// The variables of one stage: ENV, which goes into the image, and ARG, which does not. A name set by ENV always wins over an ARG of
/// the same name (Dockerfile reference, "Using ARG variables").
/// </summary>
internal sealed class ArgumentScope
{
    /// <summary>Proxies: build arguments that need no ARG, and that no key or history shows unless an ARG declares them (dockerfile.md A5).</summary>
    private static readonly string[] ProxyNames =
        [.. ((string[])["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"]).SelectMany(n => (string[])[n, n.ToLowerInvariant()])];

    private readonly List<KeyValuePair<string, string>> _environment = [];
    private readonly List<KeyValuePair<string, string>> _arguments = [];

    public ArgumentScope(IEnumerable<string> environment)
    {
        foreach (string entry in environment)
        {
            int equals = entry.IndexOf('=', StringComparison.Ordinal);
            SetEnvironment(equals < 0 ? entry : entry[..equals], equals < 0 ? "" : entry[(equals + 1)..]);
        }
    }

    /// <summary><c>NAME=value</c> of ENV alone, in the order they were first set: what the image configuration holds.</summary>
    public IReadOnlyList<string> Environment => [.. _environment.Select(e => $"{e.Key}={e.Value}")];

    /// <summary><c>NAME=value</c> of the ARGs in scope that no ENV hides.</summary>
    public IReadOnlyList<string> Arguments => [.. _arguments.Where(a => Find(_environment, a.Key) < 0).Select(a => $"{a.Key}={a.Value}")];

    public string? Lookup(string name) =>
        Find(_environment, name) is var e and >= 0 ? _environment[e].Value
        : Find(_arguments, name) is var a and >= 0 ? _arguments[a].Value
        : null;

    public void SetEnvironment(string name, string value) => Set(_environment, name, value);

    public void SetArgument(string name, string value) => Set(_arguments, name, value);

    /// <summary>The proxy variables among the build arguments that no ARG or ENV of this stage sets.</summary>
    public ImmutableArray<string> Proxies(ImmutableDictionary<string, string> buildArguments) =>
        [.. ProxyNames.Where(n => buildArguments.ContainsKey(n) && Lookup(n) is null).Select(n => $"{n}={buildArguments[n]}")];

    public static bool IsProxy(string name) => ProxyNames.Contains(name);

    private static void Set(List<KeyValuePair<string, string>> list, string name, string value)
    {
        int index = Find(list, name);
        if (index < 0)
        {
            list.Add(new(name, value));
        }
        else
        {
            list[index] = new(name, value);
        }
    }

    private static int Find(List<KeyValuePair<string, string>> list, string name) => list.FindIndex(e => e.Key == name);
}
