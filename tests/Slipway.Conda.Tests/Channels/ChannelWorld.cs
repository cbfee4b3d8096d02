using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Slipway.Conda.Channels;
using Slipway.Conda.Matching;
using Slipway.Conda.Solving;
using Slipway.Conda.Tests.Packages;
using Slipway.Conda.Versions;
using Slipway.Foundation.Http;
using Slipway.Testing;

namespace Slipway.Conda.Tests.Channels;

/// <summary>A server with channels, and everything needed to use them.</summary>
internal sealed class ChannelWorld : IDisposable
{
    private readonly TemporaryFolder _cache = new();
    private HttpPolicy _http = Policy(offline: false);

    public PackageServer Server { get; } = new();

    public FakeClock Clock { get; } = new();

    public string Cache => _cache.Path;

    public ChannelSettings Settings { get; set; } = new();

    /// <summary>From now on as with <c>--offline</c>.</summary>
    public void GoOffline()
    {
        _http.Dispose();
        _http = Policy(offline: true);
    }

    private static HttpPolicy Policy(bool offline) =>
        new(new HttpPolicyOptions { BaseDelay = TimeSpan.Zero, MaxAttempts = 3, UseProxy = false, Offline = offline }, TimeProvider.System);

    /// <summary>The paths that were asked for since the last call.</summary>
    public IReadOnlyList<string> Asked()
    {
        List<string> all = [];
        while (Server.Requests.TryDequeue(out string? request))
        {
            all.Add(request);
        }

        return all;
    }

    /// <summary>Puts a channel with some packages on the server: <c>name version</c>.</summary>
    public void Put(string channel, string subdir, params string[] packages) => Server.Files[$"{channel}/{subdir}/repodata.json"] = Encoding.UTF8.GetBytes(Json(subdir, packages));

    public static string Json(string subdir, params string[] packages)
    {
        IEnumerable<string> records = packages.Select(p => p.Split(' ')).Select(p =>
            $$"""
            "{{p[0]}}-{{p[1]}}-0.conda":{"name":"{{p[0]}}","version":"{{p[1]}}","build":"0","build_number":0,"depends":[],"subdir":"{{subdir}}","sha256":"{{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(p[0])))}}"}
            """);
        return $"{{\"info\":{{\"subdir\":\"{subdir}\"}},\"packages\":{{}},\"packages.conda\":{{{string.Join(',', records)}}}}}";
    }

    public Task<ChannelSet> OpenAsync(params string[] channels) => ChannelSet.OpenAsync(
        [.. channels.Select(c => c.StartsWith('/') || c.Contains("://", StringComparison.Ordinal) ? c : Server.Address + c)],
        "linux-64", Settings, Cache, _ => _http, Clock, TestContext.Current.CancellationToken);

    /// <summary>What a request gives, as <c>channel::name=version=build</c>; the address of the server is left out.</summary>
    public async Task<string[]> SolveAsync(ChannelSet set, ChannelPriority priority, params string[] specs)
    {
        CondaResult result = await set.SolveAsync(
            new CondaRequest { Specs = [.. specs.Select(s => MatchSpec.Parse(s, ParseMode.Strict))], VirtualPackages = [], Priority = priority }, TestContext.Current.CancellationToken);
        return result.Explanation is { } none ? [none.ToString()] : [.. result.Packages.Select(p => $"{p.Channel.Replace(Server.Address, "", StringComparison.Ordinal)}::{p}").Order(StringComparer.Ordinal)];
    }

    public static byte[] Compress(string program, byte[] data)
    {
        var start = new ProcessStartInfo(program, "-c") { RedirectStandardInput = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        Task writing = Task.Run(() =>
        {
            process.StandardInput.BaseStream.Write(data);
            process.StandardInput.Close();
        });
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        writing.Wait();
        process.WaitForExit();
        return output.ToArray();
    }

    public void Dispose()
    {
        Server.Dispose();
        _http.Dispose();
        _cache.Dispose();
    }
}
