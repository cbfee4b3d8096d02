using System.Text;
using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

/// <summary>An instruction's physical lines joined into one, which still knows where each character came from.</summary>
internal sealed class LogicalLine
{
    private readonly List<(int Logical, int Source)> _segments = [];
    private readonly StringBuilder _builder = new();
    private string? _text;

    /// <summary>The joined text.</summary>
    public string Text => _text ??= _builder.ToString();

    public void Append(string source, int start, int end)
    {
        _segments.Add((_builder.Length, start));
        _builder.Append(source, start, end - start);
    }

    /// <summary>The stretch of the file that a stretch of the joined text was read from.</summary>
    public TextSpan Map(int start, int length)
    {
        int from = ToSource(start);
        return length == 0 ? new TextSpan(from, 0) : TextSpan.FromBounds(from, ToSource(start + length - 1) + 1);
    }

    public Word WordAt(int start, int end) => new(Text[start..end], Map(start, end - start));

    private int ToSource(int logical)
    {
        int low = 0;
        int high = _segments.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = _segments[middle].Logical <= logical ? (middle, high) : (low, middle - 1);
        }

        return _segments[low].Source + (logical - _segments[low].Logical);
    }
}
