using FsCheck;
using FsCheck.Fluent;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Tests.Versions;

public sealed class VersionPropertyTests
{
    // Small numbers, so that versions often meet, and some that the packed form cannot hold.
    private static readonly Gen<long> s_number = Gen.Elements(0L, 1, 2, 3, 255, 256, 65536, 2097151, 2097152, 20260101123456, long.MaxValue - 1);

    [Fact]
    public void Parsing_what_was_printed_gives_the_same_version() => Prop.ForAll(Versions(), version =>
    {
        var again = PythonVersion.Parse(version.ToString());
        Assert.Equal(version.ToString(), again.ToString());
        Assert.True(version == again && version.GetHashCode() == again.GetHashCode());
        Assert.Equal(version, PythonVersion.Parse(" V" + version.ToString().ToUpperInvariant() + "\n"));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void The_packed_order_and_the_full_order_are_the_same() => Prop.ForAll(Versions(), Versions(), (left, right) =>
    {
        int full = Math.Sign(left.Key.AsSpan().SequenceCompareTo(right.Key));
        Assert.Equal(full, Math.Sign(left.CompareTo(right)));
        Assert.Equal(-full, Math.Sign(right.CompareTo(left)));
        Assert.Equal(full == 0, left.ToTrimmedString() == right.ToTrimmedString());
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Ranges_answer_as_the_parts_they_are_made_of() => Prop.ForAll(Specifiers(), Specifiers(), Versions(), (left, right, version) =>
    {
        VersionRanges a = left.Ranges!, b = right.Ranges!;
        bool inA = a.Contains(version), inB = b.Contains(version);
        Assert.Equal(inA && inB, a.Intersect(b).Contains(version));
        Assert.Equal(inA || inB, a.Union(b).Contains(version));
        Assert.Equal(inA && !inB, a.Except(b).Contains(version));
        Assert.Equal(!inA, a.Complement().Contains(version));
        Assert.Equal(a, a.Complement().Complement());
        Assert.Equal(a.Union(b).Complement(), a.Complement().Intersect(b.Complement()));
        Assert.True(a.Intersect(b).IsSubsetOf(a) && a.IsSubsetOf(a.Union(b)) && a.Except(b).IsDisjointFrom(b));
        Assert.Equal(inA && inB, left.And(right).Contains(version));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void A_specifier_prints_as_what_reads_the_same() => Prop.ForAll(Specifiers(), specifier =>
    {
        var again = VersionSpecifiers.Parse(specifier.ToString());
        Assert.True(specifier.Equals(again) && specifier.GetHashCode() == again.GetHashCode());
        Assert.Equal(specifier.ToString(), again.ToString());
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Bounds_follow_the_plain_order_apart_from_the_exceptions_of_the_specification() => Prop.ForAll(Versions(), Versions(), (version, bound) =>
    {
        Assert.Equal(version.CompareTo(bound.Public) >= 0, VersionSpecifiers.Parse(">=" + bound.Public).Contains(version));
        Assert.Equal(version.Public.CompareTo(bound.Public) <= 0, VersionSpecifiers.Parse("<=" + bound.Public).Contains(version));
        Assert.Equal(version.Public == bound.Public, VersionSpecifiers.Parse("==" + bound.Public).Contains(version));
        Assert.Equal(version == bound, VersionSpecifiers.Parse("==" + bound).Contains(version) && (bound.Local is not null || version.Local is null));
        Assert.False(VersionSpecifiers.Parse(">" + bound.Public).Contains(version) && version <= bound.Public);
        Assert.False(VersionSpecifiers.Parse("<" + bound.Public).Contains(version) && version >= bound.Public);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Numbers_beyond_63_bits_are_refused() => Assert.False(PythonVersion.TryParse("1.9223372036854775808", out _));

    private static Arbitrary<PythonVersion> Versions() => Arb.From(
        from epoch in Gen.Frequency((9, Gen.Constant(0L)), (1, Gen.Elements(1L, 2)))
        from release in Gen.Choose(1, 6).SelectMany(count => s_number.ListOf(count))
        from pre in Maybe(Gen.Elements("a", "b", "rc").SelectMany(l => s_number.Select(n => l + n)))
        from post in Maybe(s_number.Select(n => ".post" + n))
        from dev in Maybe(s_number.Select(n => ".dev" + n))
        from local in Maybe(Gen.Elements("+abc", "+1", "+abc.1", "+10.abc"))
        select PythonVersion.Parse($"{epoch}!{string.Join('.', release)}{pre}{post}{dev}{local}"));

    private static Arbitrary<VersionSpecifiers> Specifiers() => Arb.From(Gen.Choose(0, 3).SelectMany(count => Clause().ListOf(count)).Select(clauses => VersionSpecifiers.Parse(string.Join(',', clauses))));

    private static Gen<string> Clause() => Gen.OneOf(
        Gen.Elements(">=", "<=", ">", "<").SelectMany(o => Versions().Generator.Select(v => o + v.Public)),
        Gen.Elements("==", "!=").SelectMany(o => Versions().Generator.Select(v => o + v)),
        Gen.Elements("==", "!=").SelectMany(o => Short.Select(v => $"{o}{v}.*")),
        Short.Select(v => $"~={v}.1"));

    private static Gen<string> Short => Gen.Elements("0", "1", "1.0", "1.2", "2!3.1", "2.0.0", "255.255");

    private static Gen<string> Maybe(Gen<string> text) => Gen.Frequency((2, Gen.Constant("")), (1, text));
}
