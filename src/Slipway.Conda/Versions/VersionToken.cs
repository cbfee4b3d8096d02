namespace Slipway.Conda.Versions;

/// <summary>What a run of digits or letters is.</summary>
internal enum VersionTokenKind
{
    Number,
    Text,

    /// <summary>The word <c>dev</c>: below all other words.</summary>
    Dev,

    /// <summary>The word <c>post</c>: above every number.</summary>
    Post,
}

/// <summary>One run of digits or letters of a version (CEP 33).</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Its place in the lower-case text.</param>
/// <param name="Length">Its length; 0 for a number that stands for a 0 nobody wrote.</param>
/// <param name="StartsSegment">It is the first of its segment.</param>
/// <param name="InLocal">It belongs to the part after <c>+</c>.</param>
internal readonly record struct VersionToken(VersionTokenKind Kind, int Start, int Length, bool StartsSegment, bool InLocal)
{
    /// <summary>The digits or letters; "0" for the 0 nobody wrote.</summary>
    public ReadOnlySpan<char> In(ReadOnlySpan<char> text) => Length == 0 ? "0" : text.Slice(Start, Length);
}
