using System.Buffers;
using Slipway.Images.Layers;
using Slipway.Packages.Contents;

namespace Slipway.Conda.Activation;

/// <summary>Answers the tests of scripts (POSIX.1-2024, <c>test</c>) from what is known before anything runs: variables, and the paths of the environment.</summary>
/// <param name="prefix">The environment's path.</param>
/// <param name="paths">What lies below it, directories included; the text of links, where they lead, is not followed.</param>
internal sealed class ShellTests(string prefix, IReadOnlyDictionary<string, PackageMemberKind> paths)
{
    private static readonly SearchValues<char> s_split = SearchValues.Create(" \t\n*?[");

    /// <param name="words">From the bracket or <c>test</c> on.</param>
    /// <param name="variables">The variables.</param>
    /// <param name="isLive">Whether the answer counts; if not, only the form is looked at.</param>
    /// <param name="line">For what is thrown.</param>
    internal bool Evaluate(IReadOnlyList<ShellWord> words, Dictionary<string, ShellVariable> variables, bool isLive, int line)
    {
        string command = words[0].Plain!;
        int end = words.Count;
        if (command != "test")
        {
            end = words[^1].Plain == (command == "[" ? "]" : "]]") ? end - 1 : throw new ShellLimitException(line, "it has a test without its end");
        }

        var arguments = new List<string>();
        for (int i = 1; i < end; i++)
        {
            string text = ShellScript.Expand(words[i], variables);
            bool splits = command != "[[" && !words[i].IsQuoted && words[i].Pieces.Any(piece => piece.Variable is not null);
            if (splits && text.AsSpan().ContainsAny(s_split))
            {
                throw new ShellLimitException(line, "it tests a variable without quotes that holds several words");
            }

            if (!splits || text.Length > 0)
            {
                arguments.Add(text);
            }
        }

        return isLive ? Evaluate(arguments, line) : false;
    }

    private bool Evaluate(List<string> arguments, int line) => arguments switch
    {
        [] => false,
        ["!", .. var rest] => !Evaluate([.. rest], line),
        [var only] => only.Length > 0,
        ["-n", var text] => text.Length > 0,
        ["-z", var text] => text.Length == 0,
        ["-e" or "-f" or "-d" or "-r" or "-s" or "-x" or "-L" or "-h", var path] => Exists(arguments[0], path, line),
        [var left, "=" or "==", var right] => left == right,
        [var left, "!=", var right] => left != right,
        _ => throw new ShellLimitException(line, $"it has the test '{string.Join(' ', arguments)}'"),
    };

    private bool Exists(string test, string path, int line)
    {
        if (!path.StartsWith(prefix + "/", StringComparison.Ordinal) || path.Split('/').Contains(".."))
        {
            throw new ShellLimitException(line, $"it asks for the file '{path}' outside of the environment");
        }

        if (!paths.TryGetValue(LayerPath.Normalize(path[prefix.Length..]), out PackageMemberKind kind))
        {
            return false;
        }

        bool isLink = kind == PackageMemberKind.SymbolicLink;
        return test switch
        {
            "-e" or "-r" => true,
            "-L" or "-h" => isLink,
            _ when isLink => throw new ShellLimitException(line, $"it asks what the link '{path}' leads to"),
            "-d" => kind == PackageMemberKind.Directory,
            "-f" => kind == PackageMemberKind.File,
            _ => throw new ShellLimitException(line, $"it asks '{test}' of '{path}'"),
        };
    }
}
