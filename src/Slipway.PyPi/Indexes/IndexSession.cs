using System.Collections.Concurrent;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Packages.Archives;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Indexes;

/// <summary>What one command needs of indexes: connections, logins, the indexes themselves, and the cache of archives behind them, all after the same settings.</summary>
public sealed class IndexSession : IDisposable
{
    private readonly IndexConnections _connections;
    private readonly IndexSettings _settings;
    private readonly IndexEnvironment _environment;
    private readonly ConcurrentDictionary<string, PythonIndexes> _bound = new(StringComparer.Ordinal);

    /// <param name="settings">Where packages may come from.</param>
    /// <param name="store">The store's folder.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="variable">Gives the value of a variable.</param>
    /// <param name="clock">The time.</param>
    /// <param name="authorize">Puts logins that belong to no index into a request; false: it has none for it.</param>
    /// <exception cref="DiagnosticException">A place may not be asked as it is written.</exception>
    public IndexSession(IndexSettings settings, string store, string folder, Func<string, string?> variable, TimeProvider clock, Func<HttpRequestMessage, bool>? authorize = null)
    {
        _settings = settings;
        _connections = new IndexConnections(settings, clock);
        Netrc = NetrcFile.OfUser(variable);
        _environment = new IndexEnvironment
        {
            Store = store,
            Http = _connections.Of,
            Archive = async (file, token) => (await Archives!.GetAsync(file.ToArchiveSource(), static _ => { }, token)).ArchivePath,
            Variable = variable,
            Netrc = Netrc,
            Folder = folder,
            Clock = clock,
        };
        Indexes = new PythonIndexes(settings, _environment);
        Archives = new ArchiveCache(ArchiveCache.RootIn(store), _connections.Of, request =>
        {
            if (authorize?.Invoke(request) != true)
            {
                Indexes.Access.Authorize(request);
            }
        })
        {
            PlacesOf = address => AddressMirrors.PlacesOf(settings.Mirrors, address),
        };
    }

    public PythonIndexes Indexes { get; }

    /// <summary>Brings files of the indexes here.</summary>
    public ArchiveCache Archives { get; }

    /// <summary>The user's logins; its warnings are to be told.</summary>
    public NetrcFile Netrc { get; }

    public HttpPolicy Http(Uri address) => _connections.Of(address);

    /// <summary>The indexes for a request that says of some projects which index they come from alone.</summary>
    /// <param name="projects">Projects, and the names of their indexes.</param>
    /// <exception cref="DiagnosticException">There is no index of such a name.</exception>
    public PythonIndexes IndexesFor(IReadOnlyDictionary<ProjectName, string> projects) => projects.Count == 0 || _settings.Indexes.Count == 0 ? Indexes : _bound.GetOrAdd(
        string.Join('\n', projects.OrderBy(p => p.Key).Select(p => $"{p.Key} {p.Value}")),
        _ => new PythonIndexes(_settings with { Packages = projects.Concat(_settings.Packages).DistinctBy(p => p.Key).ToDictionary() }, _environment));

    public void Dispose() => _connections.Dispose();
}
