using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Slipway.Conda.Versions;

/// <summary>Which build numbers are wanted (CEP 29): <c>3</c>, <c>&gt;=3</c>, <c>!=1</c>, <c>*</c>.</summary>
public sealed record BuildNumberConstraint
{
    private readonly VersionOperator _operator;
    private readonly ulong _number;

    private BuildNumberConstraint(VersionOperator symbol, ulong number)
    {
        _operator = symbol;
        _number = number;
    }

    /// <summary>Reads a constraint; empty text and <c>*</c> give every number.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out BuildNumberConstraint? constraint)
    {
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        VersionOperator? symbol = rest switch
        {
            ['=', '=', ..] => VersionOperator.Equal,
            ['!', '=', ..] => VersionOperator.NotEqual,
            ['<', '=', ..] => VersionOperator.LessOrEqual,
            ['>', '=', ..] => VersionOperator.GreaterOrEqual,
            ['<', ..] => VersionOperator.Less,
            ['>', ..] => VersionOperator.Greater,
            ['=', ..] => VersionOperator.Equal,
            _ => null,
        };
        ReadOnlySpan<char> number = rest[(symbol is null ? 0 : rest.Length > 1 && rest[1] == '=' ? 2 : 1)..].Trim();
        if (rest.IsEmpty || (number is "*" && symbol is null or VersionOperator.Equal))
        {
            constraint = new BuildNumberConstraint(VersionOperator.GreaterOrEqual, 0);
            return true;
        }

        bool good = ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value);
        constraint = good ? new BuildNumberConstraint(symbol ?? VersionOperator.Equal, value) : null;
        return good;
    }

    public bool Matches(ulong buildNumber) => _operator switch
    {
        VersionOperator.Equal => buildNumber == _number,
        VersionOperator.NotEqual => buildNumber != _number,
        VersionOperator.Less => buildNumber < _number,
        VersionOperator.LessOrEqual => buildNumber <= _number,
        VersionOperator.Greater => buildNumber > _number,
        _ => buildNumber >= _number,
    };

    public override string ToString()
    {
        string symbol = _operator switch
        {
            VersionOperator.Equal => "",
            VersionOperator.NotEqual => "!=",
            VersionOperator.Less => "<",
            VersionOperator.LessOrEqual => "<=",
            VersionOperator.Greater => ">",
            _ => ">=",
        };
        return symbol + _number.ToString(CultureInfo.InvariantCulture);
    }
}
