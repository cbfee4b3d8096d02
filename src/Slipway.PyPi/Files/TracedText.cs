using System.Text;
using Slipway.Foundation.Text;

namespace Slipway.PyPi.Files;

/// <summary>A text that was made from a file's by joining lines, cutting and replacing, and that knows where in the file each of its characters comes from.</summary>
internal sealed class TracedText
{
    private readonly int[] _starts;
    private readonly int[] _ends;

    private TracedText(string text, int[] starts, int[] ends) => (Text, _starts, _ends) = (text, starts, ends);

    public string Text { get; }

    /// <summary>A piece of it, without white space around.</summary>
    public TracedText Slice(int start, int end)
    {
        while (start < end && char.IsWhiteSpace(Text[start]))
        {
            start++;
        }

        while (end > start && char.IsWhiteSpace(Text[end - 1]))
        {
            end--;
        }

        return new TracedText(Text[start..end], _starts[start..end], _ends[start..end]);
    }

    /// <summary>Where a piece of it stands in the file.</summary>
    public TextSpan SpanOf(int start, int length)
    {
        if (_starts.Length == 0)
        {
            return default;
        }

        int first = Math.Clamp(start, 0, _starts.Length - 1), last = Math.Clamp(start + length - 1, first, _starts.Length - 1);
        return start >= _starts.Length ? new TextSpan(_ends[^1], 0) : TextSpan.FromBounds(_starts[first], Math.Max(_ends[last], _starts[first]));
    }

    /// <summary>Where it stands in the file.</summary>
    public TextSpan Span => SpanOf(0, Text.Length);

    /// <summary>A text as it stands at a place, when it was not changed.</summary>
    public static TracedText Of(string text, TextSpan span)
    {
        bool isSame = text.Length == span.Length;
        return new TracedText(
            text,
            [.. Enumerable.Range(0, text.Length).Select(i => isSame ? span.Start + i : span.Start)],
            [.. Enumerable.Range(0, text.Length).Select(i => isSame ? span.Start + i + 1 : span.End)]);
    }

    /// <summary>Makes one.</summary>
    public sealed class Builder
    {
        private readonly StringBuilder _text = new();
        private readonly List<int> _starts = [];
        private readonly List<int> _ends = [];

        public bool IsEmpty => _text.Length == 0;

        public void Add(char c, int start, int end)
        {
            _text.Append(c);
            _starts.Add(start);
            _ends.Add(end);
        }

        /// <summary>A piece of a file's text.</summary>
        public void Add(string text, int start, int end)
        {
            for (int i = start; i < end; i++)
            {
                Add(text[i], i, i + 1);
            }
        }

        /// <summary>A piece of another.</summary>
        public void Add(TracedText other, int start, int end)
        {
            for (int i = start; i < end; i++)
            {
                Add(other.Text[i], other._starts[i], other._ends[i]);
            }
        }

        /// <summary>A text that stands for a piece of another.</summary>
        public void AddInstead(string text, TracedText other, int start, int end)
        {
            foreach (char c in text)
            {
                Add(c, other._starts[start], other._ends[end - 1]);
            }
        }

        public TracedText Build() => new(_text.ToString(), [.. _starts], [.. _ends]);
    }
}
