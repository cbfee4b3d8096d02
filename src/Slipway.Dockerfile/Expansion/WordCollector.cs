using System.Text;

namespace Slipway.Dockerfile;

/// <summary>Gathers a result as one text and, at the same time, as words split at white space that was neither quoted nor escaped.</summary>
internal sealed class WordCollector
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _word = new();
    private readonly List<string> _words = [];

    public string Text => _text.ToString();

    /// <summary>Adds text whose white space splits.</summary>
    public void AddSplitting(ReadOnlySpan<char> value)
    {
        _text.Append(value);
        foreach (char c in value)
        {
            if (char.IsWhiteSpace(c))
            {
                EndWord();
            }
            else
            {
                _word.Append(c);
            }
        }
    }

    /// <summary>Adds text that stays in one word.</summary>
    public void AddWhole(ReadOnlySpan<char> value)
    {
        _text.Append(value);
        _word.Append(value);
    }

    public IReadOnlyList<string> Words()
    {
        EndWord();
        return _words;
    }

    private void EndWord()
    {
        if (_word.Length > 0)
        {
            _words.Add(_word.ToString());
            _word.Clear();
        }
    }
}
