namespace Slipway.Conda.Activation;

internal enum ShellTokenKind
{
    Word,

    /// <summary>A line feed or a semicolon.</summary>
    End,
    And,
    Or,
}

/// <summary>A piece of a script.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Word">The word, if it is one.</param>
/// <param name="Line">The line, counted from 1.</param>
internal readonly record struct ShellToken(ShellTokenKind Kind, ShellWord? Word, int Line);

/// <summary>A word: texts and variables one after another.</summary>
internal sealed record ShellWord(IReadOnlyList<ShellPiece> Pieces)
{
    /// <summary>The text of a word without quotes and variables, such as a command's name; null for another.</summary>
    internal string? Plain => Pieces is [{ Variable: null, IsQuoted: false } only] ? only.Text : null;

    internal bool IsQuoted => Pieces.Any(piece => piece.IsQuoted);

    /// <summary>The word behind so many characters of its first piece, which are text.</summary>
    internal ShellWord From(int start) => new([Pieces[0] with { Text = Pieces[0].Text[start..] }, .. Pieces.Skip(1)]);
}

/// <summary>A part of a word.</summary>
/// <param name="Text">A text as it stands; of a variable, what the operator gives.</param>
/// <param name="IsQuoted">Whether it stood in quotes.</param>
/// <param name="Variable">The name of a variable.</param>
/// <param name="Operator">With a variable: <c>:-</c>, <c>-</c>, <c>:+</c> or <c>+</c>, or nothing.</param>
/// <param name="Alternative">What the operator gives.</param>
internal sealed record ShellPiece(string Text, bool IsQuoted, string? Variable = null, string Operator = "", ShellWord? Alternative = null);

/// <summary>The script does what this program does not follow.</summary>
internal sealed class ShellLimitException(int line, string reason) : Exception(reason)
{
    internal int Line { get; } = line;
}
