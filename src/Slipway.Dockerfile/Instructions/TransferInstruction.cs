namespace Slipway.Dockerfile;

/// <summary>What ADD and COPY have in common.</summary>
public abstract record TransferInstruction(InstructionSyntax Syntax) : Instruction(Syntax)
{
    /// <summary>Paths (and for ADD addresses), unexpanded, in order; heredocs are in <see cref="InlineFiles"/>.</summary>
    public required IReadOnlyList<Word> Sources { get; init; }

    /// <summary>Files whose content stands in the Dockerfile.</summary>
    public required IReadOnlyList<InlineFile> InlineFiles { get; init; }

    /// <summary>The last word, unexpanded.</summary>
    public required Word Destination { get; init; }

    /// <summary>The value of <c>--chown</c>, unexpanded; after expansion for <see cref="ChownSpec.Parse"/>.</summary>
    public Word? Chown { get; init; }

    /// <summary>The value of <c>--chmod</c>, unexpanded; after expansion for <see cref="ChmodSpec.Parse"/>.</summary>
    public Word? Chmod { get; init; }

    public bool Link { get; init; }

    /// <summary>Patterns of <c>--exclude</c>; they are not expanded.</summary>
    public IReadOnlyList<Word> Excludes { get; init; } = [];
}

/// <summary>Content given by a heredoc, to be written with mode 0644.</summary>
/// <param name="Name">The file's name: the heredoc's delimiter.</param>
/// <param name="Data">The content, leading tabs already taken where <c>&lt;&lt;-</c> asks for it.</param>
/// <param name="Expand">Variables in <paramref name="Data"/> are expanded (the delimiter was not quoted).</param>
public sealed record InlineFile(string Name, string Data, bool Expand);

/// <summary>Copies files from the context, a stage or an image.</summary>
public sealed record CopyInstruction(InstructionSyntax Syntax) : TransferInstruction(Syntax)
{
    /// <summary>The value of <c>--from</c>: stage name or index, context or image. It is not expanded.</summary>
    public Word? From { get; init; }

    public bool Parents { get; init; }
}

/// <summary>Adds files from the context, addresses and repositories; local archives are unpacked.</summary>
public sealed record AddInstruction(InstructionSyntax Syntax) : TransferInstruction(Syntax)
{
    /// <summary>The value of <c>--checksum</c>, unexpanded.</summary>
    public Word? Checksum { get; init; }

    /// <summary>Null when not given: then an address's own query decides.</summary>
    public bool? KeepGitDir { get; init; }

    /// <summary>Null when not given: then local archives are unpacked and downloaded ones are not.</summary>
    public bool? Unpack { get; init; }
}
