namespace Slipway.Dockerfile;

/// <summary>ADD and COPY.</summary>
internal static class TransferReader
{
    public static CopyInstruction ReadCopy(InstructionSyntax syntax)
    {
        var flags = new InstructionFlags(
            syntax.Flags, syntax.Name, "from", "chown", "chmod", FlagKind.Switch("link"), FlagKind.Switch("parents"), FlagKind.List("exclude"));
        Word? from = ValueOf(flags, "from");
        if (from is { } source && source.Text.Contains('$', StringComparison.Ordinal))
        {
            throw new InstructionException(
                "variable-in-from",
                $"'from' doesn't support variable expansion, define alias stage instead: --from={source}",
                source.Span,
                "give the image a stage of its own: FROM image:${VERSION} AS name, then COPY --from=name");
        }

        (IReadOnlyList<Word> sources, IReadOnlyList<InlineFile> inline, Word destination) = ReadPaths(syntax);
        return new CopyInstruction(syntax)
        {
            Sources = sources,
            InlineFiles = inline,
            Destination = destination,
            From = from,
            Chown = ValueOf(flags, "chown"),
            Chmod = ValueOf(flags, "chmod"),
            Link = flags.Boolean("link") ?? false,
            Parents = flags.Boolean("parents") ?? false,
            Excludes = flags.Texts("exclude"),
        };
    }

    public static AddInstruction ReadAdd(InstructionSyntax syntax)
    {
        var flags = new InstructionFlags(
            syntax.Flags,
            syntax.Name,
            "chown", "chmod", "checksum",
            FlagKind.Switch("link"), FlagKind.Switch("keep-git-dir"), FlagKind.Switch("unpack"), FlagKind.List("exclude"));
        (IReadOnlyList<Word> sources, IReadOnlyList<InlineFile> inline, Word destination) = ReadPaths(syntax);
        return new AddInstruction(syntax)
        {
            Sources = sources,
            InlineFiles = inline,
            Destination = destination,
            Chown = ValueOf(flags, "chown"),
            Chmod = ValueOf(flags, "chmod"),
            Checksum = ValueOf(flags, "checksum"),
            Link = flags.Boolean("link") ?? false,
            KeepGitDir = flags.Boolean("keep-git-dir"),
            Unpack = flags.Boolean("unpack"),
            Excludes = flags.Texts("exclude"),
        };
    }

    /// <summary>A flag with an empty value is as good as none.</summary>
    private static Word? ValueOf(InstructionFlags flags, string name) => flags.Text(name) is { Text.Length: > 0 } value ? value : null;

    private static (IReadOnlyList<Word> Sources, IReadOnlyList<InlineFile> Inline, Word Destination) ReadPaths(InstructionSyntax syntax)
    {
        IReadOnlyList<Word> words = WordSplitter.JsonOrSpaces(syntax);
        if (words.Count < 2)
        {
            throw new InstructionException(
                "missing-argument",
                $"{syntax.Name} requires at least two arguments, but only one was provided. Destination could not be determined",
                help: $"write {syntax.Name} source … destination");
        }

        Word destination = words[^1];
        if (Announced(destination) is not null)
        {
            throw new InstructionException("heredoc-destination", $"{syntax.Name} cannot accept a heredoc as a destination", destination.Span);
        }

        var sources = new List<Word>();
        var inline = new List<InlineFile>();
        foreach (Word word in words.SkipLast(1))
        {
            if (Announced(word) is { } announced && syntax.Heredocs.LastOrDefault(h => h.Name == announced.Name) is { } heredoc)
            {
                inline.Add(new InlineFile(heredoc.Name, announced.Chomp ? Heredoc.TakeTabs(heredoc.Content) : heredoc.Content, announced.Expand));
            }
            else
            {
                sources.Add(word);
            }
        }

        return (sources, inline, destination);
    }

    private static HeredocWord? Announced(Word word)
    {
        try
        {
            return HeredocWord.Parse(word.Text);
        }
        catch (ExpansionException)
        {
            return null; // reported when the bodies were read
        }
    }
}
