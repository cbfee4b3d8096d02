using System.Collections.Concurrent;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Registry.Policy;

namespace Slipway.Images.Registry;

/// <summary>One place that is asked: a connection, and the repository's name there.</summary>
internal readonly record struct RegistryTarget(RegistryConnection Connection, string Repository, RegistryPlace Place)
{
    public RegistryEndpoint Endpoint => Connection.Endpoint;
}

/// <summary>Finds whom to ask for the repositories of a registry. What is read may come from mirrors; what is written goes to the origin.</summary>
/// <param name="registry">The registry as references name it.</param>
/// <param name="connections">The connections.</param>
/// <param name="direct">Mirrors are not asked: for what must be true of the origin itself.</param>
internal sealed class RegistryRouter(string registry, RegistryConnections connections, bool direct)
{
    private readonly ConcurrentDictionary<string, RegistryRoute> _routes = new();
    private readonly ConcurrentDictionary<string, bool> _tagged = new();

    public RegistryConnections Connections => connections;

    /// <exception cref="DiagnosticException">The origin is blocked, or the settings are wrong.</exception>
    public RegistryTarget Origin(string repository)
    {
        RegistryPlace place = RouteOf(repository).Origin;
        return new RegistryTarget(connections.At(place), place.Repository, place);
    }

    /// <summary>Where the repository is, not counting mirrors.</summary>
    public RegistryPlace OriginPlace(string repository) => RouteOf(repository).Origin;

    /// <summary>Remembers that the repository is asked for because of a tag, so that mirrors for tags give the rest, too.</summary>
    public void FollowTag(string repository) => _tagged[repository] = true;

    /// <summary>The mirrors that are worth asking, in order.</summary>
    /// <param name="repository">The repository as references name it.</param>
    /// <param name="byTag">Whether a tag is asked for, not a digest.</param>
    /// <param name="blob">The digest that is asked for, if it is one.</param>
    public IEnumerable<RegistryPlace> Mirrors(string repository, bool byTag, Digest? blob) => direct || connections.Options.Http.Offline ? [] :
        RouteOf(repository).Mirrors.Where(mirror => connections.Failures.IsWorthAsking(mirror, blob) && mirror.Mirror!.PullFrom switch
        {
            PullFrom.DigestOnly => !byTag,
            PullFrom.TagOnly => byTag || _tagged.ContainsKey(repository),
            _ => true,
        });

    /// <summary>Asks the mirrors, then the origin; the first that has something answers.</summary>
    /// <exception cref="DiagnosticException">The origin does not answer, refuses, or is blocked.</exception>
    public async Task<T?> AskAsync<T>(string repository, string reference, Func<RegistryTarget, Task<T?>> ask)
        where T : class
    {
        bool isDigest = Digest.TryParse(reference, out Digest digest);
        foreach (RegistryPlace mirror in Mirrors(repository, !isDigest, isDigest ? digest : null))
        {
            try
            {
                if (await ask(new RegistryTarget(connections.At(mirror), mirror.Repository, mirror)) is { } answer)
                {
                    return answer;
                }
            }
            catch (Exception e) when (e is HttpFailureException or DiagnosticException or InvalidDataException)
            {
                PassOver(mirror, repository, e);
            }
        }

        return await GuardAsync(Origin(repository), ask);
    }

    /// <summary>Does something at the origin.</summary>
    public Task<T> AtOriginAsync<T>(string repository, Func<RegistryTarget, Task<T>> work) => GuardAsync(Origin(repository), work);

    public void PassOver(RegistryPlace mirror, string repository, Exception failure) => connections.Failures.Add(mirror, NameOf(repository), failure);

    public void Refuse(RegistryPlace mirror, string repository, Digest blob) => connections.Failures.AddWrong(mirror, NameOf(repository), blob);

    private static async Task<T> GuardAsync<T>(RegistryTarget target, Func<RegistryTarget, Task<T>> work)
    {
        try
        {
            return await work(target);
        }
        catch (HttpFailureException e)
        {
            throw RegistryProblem.Of(e, target.Endpoint);
        }
    }

    private string NameOf(string repository) => $"{registry}/{repository}";

    private RegistryRoute RouteOf(string repository) => _routes.GetOrAdd(repository, name => connections.Options.Policy.Value.RouteOf(registry, name));
}
