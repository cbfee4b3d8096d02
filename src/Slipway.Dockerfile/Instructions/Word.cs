using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

/// <summary>A word of an instruction, unexpanded, and where it stands in the file.</summary>
public readonly record struct Word(string Text, TextSpan Span)
{
    public override string ToString() => Text;
}

/// <summary>A name and its value in ENV and LABEL, both unexpanded.</summary>
public readonly record struct KeyValueWord(Word Key, Word Value)
{
    public override string ToString() => $"{Key}={Value}";
}
