using Slipway.Build.Contexts;
using Slipway.Build.Graph;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Sandbox.Users;

namespace Slipway.Build.Operations;

/// <summary>Looks names of users and groups up in a file system's own /etc/passwd and /etc/group.</summary>
internal static class Owners
{
    public static async Task<UserDatabase> ReadAsync(IFileTree tree, CancellationToken cancellationToken)
    {
        await using Stream? passwd = await OpenAsync("etc/passwd");
        await using Stream? group = await OpenAsync("etc/group");
        return UserDatabase.Read(passwd, group);

        async Task<Stream?> OpenAsync(string path) =>
            (await PathResolver.ResolveAsync(tree, path, followLast: true, cancellationToken)).Node is { Kind: FileKind.Regular } file
                ? await tree.OpenAsync(file, cancellationToken)
                : null;
    }

    /// <summary>What --chown says; numbers alone do not look at the file system.</summary>
    public static async Task<Ownership> OfChownAsync(string spec, IFileTree tree, StepOrigin origin, CancellationToken cancellationToken)
    {
        UserDatabase users = IsNumeric(spec) ? UserDatabase.Read(null, null) : await ReadAsync(tree, cancellationToken);
        return Guard(origin, () => users.ResolveOwner(spec));
    }

    /// <summary>Whom a directory made by WORKDIR belongs to.</summary>
    public static async Task<Ownership> OfUserAsync(string spec, IFileTree tree, StepOrigin origin, CancellationToken cancellationToken)
    {
        if (spec.Length == 0)
        {
            return default;
        }

        UserDatabase users = await ReadAsync(tree, cancellationToken);
        ResolvedUser user = Guard(origin, () => users.ResolveUser(spec));
        return new Ownership(user.Uid, user.Gid);
    }

    private static bool IsNumeric(string spec) => spec.All(c => char.IsAsciiDigit(c) || c == ':');

    // The sandbox knows no files: its complaint gets the step's place.
    private static T Guard<T>(StepOrigin origin, Func<T> resolve)
    {
        try
        {
            return resolve();
        }
        catch (DiagnosticException e)
        {
            throw new DiagnosticException([.. e.Diagnostics.Select(d => d with { Source = origin.Source, Span = origin.Span })]);
        }
    }
}
