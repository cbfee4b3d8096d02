using System.Collections.Concurrent;
using Slipway.Images.Registry.Policy;

namespace Slipway.Images.Registry;

/// <summary>The connections of a run, one for each place, so that tokens and TCP connections are shared by all who ask there.</summary>
internal sealed class RegistryConnections(RegistryOptions options, TimeProvider clock) : IDisposable
{
    private readonly ConcurrentDictionary<Key, Lazy<RegistryConnection>> _connections = new();

    public RegistryOptions Options => options;

    public TimeProvider Clock => clock;

    public MirrorFailures Failures { get; } = new(options.Warn);

    /// <exception cref="Foundation.Text.DiagnosticException">The place is blocked, or its certificates cannot be read.</exception>
    public RegistryConnection At(RegistryPlace place)
    {
        place.RequireAllowed();
        var key = new Key(place.Registry.ToLowerInvariant(), place.IsInsecure, place.Certificates, place.Mirror is not null);
        return _connections.GetOrAdd(key, _ => new Lazy<RegistryConnection>(() => new RegistryConnection(place, OptionsOf(place), clock))).Value;
    }

    public void Dispose()
    {
        foreach (Lazy<RegistryConnection> connection in _connections.Values.Where(connection => connection.IsValueCreated))
        {
            connection.Value.Dispose();
        }
    }

    // Behind a mirror is another place: patience is for the last one.
    private RegistryOptions OptionsOf(RegistryPlace place) => place.Mirror is null ? options : options with
    {
        Http = options.Http with
        {
            MaxAttempts = Math.Min(options.Http.MaxAttempts, 2),
            ConnectTimeout = TimeSpan.FromTicks(Math.Min(options.Http.ConnectTimeout.Ticks, TimeSpan.FromSeconds(5).Ticks)),
        },
    };

    private readonly record struct Key(string Registry, bool IsInsecure, string? Certificates, bool IsMirror);
}
