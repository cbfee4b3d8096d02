using System.Text;

namespace Slipway.PyPi.Versions;

/// <summary>Reads a version in the spellings of PEP 440, appendix B; only ASCII is taken.</summary>
internal ref struct VersionReader
{
    // The longer words first where one begins with another.
    private static readonly (string Word, PreReleaseStage Stage)[] s_stages =
    [
        ("alpha", PreReleaseStage.Alpha), ("beta", PreReleaseStage.Beta), ("preview", PreReleaseStage.Candidate), ("pre", PreReleaseStage.Candidate),
        ("rc", PreReleaseStage.Candidate), ("a", PreReleaseStage.Alpha), ("b", PreReleaseStage.Beta), ("c", PreReleaseStage.Candidate),
    ];

    private readonly ReadOnlySpan<char> _text;
    private int _position;

    private VersionReader(ReadOnlySpan<char> text) => _text = text;

    /// <summary>The version, or null when the text is none.</summary>
    public static PythonVersion? Read(ReadOnlySpan<char> text) => new VersionReader(text).Read();

    private PythonVersion? Read()
    {
        if (_position < _text.Length && _text[_position] is 'v' or 'V')
        {
            _position++;
        }

        if (ReadNumber() is not { } first)
        {
            return null;
        }

        long epoch = 0;
        if (_position < _text.Length && _text[_position] == '!')
        {
            _position++;
            epoch = first;
            if (ReadNumber() is not { } afterEpoch)
            {
                return null;
            }

            first = afterEpoch;
        }

        long[]? release = ReadRelease(first);
        PreRelease? pre = ReadPre();
        long? post = ReadPost();
        long? dev = Word("dev") ? SuffixNumber() : null;
        string? local = null;
        bool ends = release is not null && (_position == _text.Length || (_text[_position] == '+' && (local = ReadLocal()) is not null));
        return ends && pre?.Number is not < 0 && post is not < 0 && dev is not < 0 ? new PythonVersion(epoch, release!, pre, post, dev, local) : null;
    }

    private long[]? ReadRelease(long first)
    {
        Span<long> numbers = stackalloc long[8];
        numbers[0] = first;
        int count = 1;
        List<long>? more = null;
        while (_position + 1 < _text.Length && _text[_position] == '.' && char.IsAsciiDigit(_text[_position + 1]))
        {
            _position++;
            if (ReadNumber() is not { } number)
            {
                return null;
            }

            if (count < numbers.Length)
            {
                numbers[count++] = number;
            }
            else
            {
                (more ??= []).Add(number);
            }
        }

        return more is null ? numbers[..count].ToArray() : [.. numbers, .. more];
    }

    private PreRelease? ReadPre()
    {
        foreach ((string word, PreReleaseStage stage) in s_stages)
        {
            if (Word(word))
            {
                return new PreRelease(stage, SuffixNumber());
            }
        }

        return null;
    }

    private long? ReadPost()
    {
        if (_position + 1 < _text.Length && _text[_position] == '-' && char.IsAsciiDigit(_text[_position + 1]))
        {
            _position++;
            return ReadNumber() ?? -1;
        }

        return Word("post") || Word("rev") || Word("r") ? SuffixNumber() : null;
    }

    /// <summary>Steps over the word with a separator before it, in any case.</summary>
    private bool Word(string word)
    {
        int start = _position;
        if (start < _text.Length && IsSeparator(_text[start]))
        {
            start++;
        }

        if (!_text[start..].StartsWith(word, StringComparison.OrdinalIgnoreCase) || _text.Slice(start, word.Length).ContainsAnyExceptInRange('\0', '\x7f'))
        {
            return false; // "ignore case" would also take letters beyond ASCII
        }

        _position = start + word.Length;
        return true;
    }

    /// <summary>The number after a word, 0 when there is none, −1 when it is too large.</summary>
    private long SuffixNumber()
    {
        if (_position < _text.Length && IsSeparator(_text[_position]) && (_position + 1 == _text.Length || !char.IsAsciiLetter(_text[_position + 1])))
        {
            _position++;
        }

        return _position < _text.Length && char.IsAsciiDigit(_text[_position]) ? ReadNumber() ?? -1 : 0;
    }

    private long? ReadNumber()
    {
        int start = _position;
        while (_position < _text.Length && char.IsAsciiDigit(_text[_position]))
        {
            _position++;
        }

        return _position > start && long.TryParse(_text[start.._position], out long number) ? number : null;
    }

    private string? ReadLocal()
    {
        var local = new StringBuilder();
        int start = _position + 1;
        for (int i = start; i <= _text.Length; i++)
        {
            if (i < _text.Length && char.IsAsciiLetterOrDigit(_text[i]))
            {
                continue;
            }

            ReadOnlySpan<char> segment = _text[start..i];
            if (segment.IsEmpty || (i < _text.Length && !IsSeparator(_text[i])))
            {
                return null;
            }

            if (!segment.ContainsAnyExceptInRange('0', '9'))
            {
                segment = segment.TrimStart('0') is { IsEmpty: false } significant ? significant : "0";
            }

            local.Append(local.Length == 0 ? "" : ".");
            foreach (char c in segment)
            {
                local.Append(char.ToLowerInvariant(c));
            }

            start = i + 1;
        }

        return local.ToString();
    }

    private static bool IsSeparator(char c) => c is '.' or '-' or '_';
}
