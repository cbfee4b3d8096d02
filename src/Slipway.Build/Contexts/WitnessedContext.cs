using System.Collections.Concurrent;
using Slipway.Dockerfile;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;

namespace Slipway.Build.Contexts;

/// <summary>A context that writes down what it was asked and what it answered. When all of it has the same answers later, whoever asked would come to the same end.</summary>
/// <param name="context">Knows the answers.</param>
public sealed class WitnessedContext(IBuildContext context) : IBuildContext
{
    private const char Found = 'f', Listed = 'l', Read = 'r';

    private readonly ConcurrentDictionary<string, string> _answers = new(StringComparer.Ordinal);

    /// <summary>The answers until now by what was asked, both short texts.</summary>
    public IReadOnlyDictionary<string, string> Answers => _answers;

    public string Place => context.Place;

    public IgnoreMatcher? Ignore => context.Ignore;

    /// <summary>Whether a context has the same answers.</summary>
    public static async Task<bool> AreSameAsync(IBuildContext context, IReadOnlyDictionary<string, string> answers, CancellationToken cancellationToken)
    {
        foreach ((string question, string answer) in answers)
        {
            if (await AskAsync(context, question, cancellationToken) != answer)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes a file for read as it is now: it was written since.</summary>
    /// <param name="now">The same context, listed anew.</param>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task RewriteAsync(IBuildContext now, string path, CancellationToken cancellationToken)
    {
        foreach (string question in (string[])[Found + path, Read + path])
        {
            _answers[question] = await AskAsync(now, question, cancellationToken);
        }
    }

    public bool IsHidden(string path) => context.IsHidden(path);

    public void SaveStats() => context.SaveStats();

    public async ValueTask<FileNode?> FindAsync(string path, CancellationToken cancellationToken)
    {
        FileNode? node = await context.FindAsync(path, cancellationToken);
        _answers[Found + path] = Text(node);
        return node;
    }

    public async ValueTask<IReadOnlyList<FileNode>> ListAsync(string directory, CancellationToken cancellationToken)
    {
        IReadOnlyList<FileNode> nodes = await context.ListAsync(directory, cancellationToken);
        _answers[Listed + directory] = Text(nodes);
        return nodes;
    }

    public async ValueTask<Digest> DigestAsync(FileNode file, CancellationToken cancellationToken)
    {
        Digest digest = await context.DigestAsync(file, cancellationToken);
        _answers[Read + file.Path] = digest.Hex;
        return digest;
    }

    public async ValueTask<Stream> OpenAsync(FileNode file, CancellationToken cancellationToken)
    {
        _ = await DigestAsync(file, cancellationToken);
        return await context.OpenAsync(file, cancellationToken);
    }

    private static async Task<string> AskAsync(IBuildContext context, string question, CancellationToken cancellationToken)
    {
        string path = question[1..];
        return question[0] switch
        {
            Listed => Text(await context.ListAsync(path, cancellationToken)),
            Read when await context.FindAsync(path, cancellationToken) is { Kind: FileKind.Regular } file => (await context.DigestAsync(file, cancellationToken)).Hex,
            _ => Text(await context.FindAsync(path, cancellationToken)),
        };
    }

    private static string Text(FileNode? node) => node is null ? "nothing" : $"{node.Kind} {node.Mode} {node.LinkTarget}";

    private static string Text(IReadOnlyList<FileNode> nodes) => new KeyBuilder().AddRange("node", nodes.Select(node => $"{node.Name}: {Text(node)}")).ToDigest().Hex;
}
