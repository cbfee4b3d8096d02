namespace Slipway.PyPi.Requirements;

/// <summary>A place in the text of a requirement or a marker (PEP 508). Only spaces and tabs are blank.</summary>
internal sealed class TextCursor(string text)
{
    public string Text { get; } = text;

    public int Position { get; set; }

    public bool AtEnd => Position == Text.Length;

    public ReadOnlySpan<char> Rest => Text.AsSpan(Position);

    public char Current => AtEnd ? '\0' : Text[Position];

    public void SkipBlanks()
    {
        while (!AtEnd && Text[Position] is ' ' or '\t')
        {
            Position++;
        }
    }

    /// <summary>Steps over the character when it is the next one.</summary>
    public bool Take(char c)
    {
        bool there = !AtEnd && Text[Position] == c;
        Position += there ? 1 : 0;
        return there;
    }

    /// <summary>Steps over the word when it is next and no longer word goes on there.</summary>
    public bool TakeWord(string word)
    {
        bool there = Rest.StartsWith(word, StringComparison.Ordinal) && (Position + word.Length == Text.Length || !IsWordCharacter(Text[Position + word.Length]));
        Position += there ? word.Length : 0;
        return there;
    }

    /// <summary>Steps over characters as long as they fit.</summary>
    public string TakeWhile(Func<char, bool> fits)
    {
        int start = Position;
        while (!AtEnd && fits(Text[Position]))
        {
            Position++;
        }

        return Text[start..Position];
    }

    /// <exception cref="RequirementSyntaxException">Something is left.</exception>
    public void ExpectEnd(string after)
    {
        if (!AtEnd)
        {
            throw Wrong($"\"{Shown()}\" is not expected after {after}");
        }
    }

    public RequirementSyntaxException Wrong(string message) => new(message, Position);

    /// <summary>What comes next, for a message.</summary>
    public string Shown() => Rest.Length > 30 ? Rest[..30].ToString() + "…" : Rest.ToString();

    public static bool IsWordCharacter(char c) => char.IsLetterOrDigit(c) || c == '_';
}
