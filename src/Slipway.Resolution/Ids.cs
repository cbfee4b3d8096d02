namespace Slipway.Resolution;

/// <summary>
/// A package name (or a virtual one, such as a name with an extra), numbered by the provider. Numbers are small, dense and start at 0,
/// because the solver indexes arrays by them.
/// </summary>
public readonly record struct NameId(int Value);

/// <summary>
/// A set of versions of one name, as some requirement wrote it, numbered by the provider; dense from 0 like <see cref="NameId"/>.
/// Two requirements that say the same should share an id: the solver asks once for each id what it matches.
/// </summary>
public readonly record struct VersionSetId(int Value);
