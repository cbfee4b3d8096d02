using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Packages.Archives;

namespace Slipway.PyPi.Indexes;

/// <summary>What one command needs of indexes: connections, logins, the indexes themselves, and the cache of archives behind them, all after the same settings.</summary>
public sealed class IndexSession : IDisposable
{
    private readonly IndexConnections _connections;

    /// <param name="settings">Where packages may come from.</param>
    /// <param name="store">The store's folder.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="variable">Gives the value of a variable.</param>
    /// <param name="clock">The time.</param>
    /// <exception cref="DiagnosticException">A place may not be asked as it is written.</exception>
    public IndexSession(IndexSettings settings, string store, string folder, Func<string, string?> variable, TimeProvider clock)
    {
        _connections = new IndexConnections(settings, clock);
        Netrc = NetrcFile.OfUser(variable);
        Indexes = new PythonIndexes(settings, new IndexEnvironment
        {
            Store = store,
            Http = _connections.Of,
            Archive = async (file, token) => (await Archives!.GetAsync(file.ToArchiveSource(), static _ => { }, token)).ArchivePath,
            Variable = variable,
            Netrc = Netrc,
            Folder = folder,
            Clock = clock,
        });
        Archives = new ArchiveCache(ArchiveCache.RootIn(store), _connections.Of, Indexes.Access.Authorize) { PlacesOf = address => AddressMirrors.PlacesOf(settings.Mirrors, address) };
    }

    public PythonIndexes Indexes { get; }

    /// <summary>Brings files of the indexes here.</summary>
    public ArchiveCache Archives { get; }

    /// <summary>The user's logins; its warnings are to be told.</summary>
    public NetrcFile Netrc { get; }

    public HttpPolicy Http(Uri address) => _connections.Of(address);

    public void Dispose() => _connections.Dispose();
}
