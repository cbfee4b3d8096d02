using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Slipway.Foundation.Text;
using Slipway.Testing;

namespace Slipway.Toml.Tests;

public sealed class WriterTests
{
    [Fact]
    public void Values_come_before_tables_and_arrays_of_tables_have_headers()
    {
        TomlTable table = TomlText.Read(new SourceText("t", "[t.u]\nx = 1\n[[p]]\nn = 'a'\nw = [{ u = 'x' }]\n[p.h]\n'a b' = {}\n[[p]]\nlong = ['0123456789012345678901234567890123456789', '0123456789012345678901234567890123456789', '0123456789']\n[e]"));
        var document = new TomlTable(default, [.. table.Entries, new TomlEntry("v", new TomlBoolean(true))]);
        Assert.Equal(
            """
            v = true

            [t.u]
            x = 1

            [[p]]
            n = "a"
            w = [
                { u = "x" },
            ]

            [p.h]
            "a b" = {}

            [[p]]
            long = [
                "0123456789012345678901234567890123456789",
                "0123456789012345678901234567890123456789",
                "0123456789",
            ]

            [e]

            """,
            TomlWriter.Write(document));
    }

    [Fact]
    public void What_is_written_reads_as_the_same_values() => Prop.ForAll(Document().ToArbitrary(), document =>
    {
        string text = TomlWriter.Write(document);
        List<Diagnostic> problems = [];
        TomlTable read = TomlText.Read(new SourceText("t", text), problems);
        return problems.Count == 0 && Described.Value(read, sorted: true) == Described.Value(document, sorted: true) && TomlWriter.Write(read) == text;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_damage_makes_the_reader_fail_otherwise_than_with_diagnostics()
    {
        byte[] one = Encoding.UTF8.GetBytes("# c\na.b = [1, 2.5, 1979-05-27T07:32:00Z, '''x''']\n[t.\"u v\"]\nx = { y = \"\\u00e9\", z = {} }\n[[p]]\nq = \"\"\"a\\\n b\"\"\"\n[[p.r]]\nx = 0xFF\n");
        byte[] other = Encoding.UTF8.GetBytes("[a]\nb.c = 1\n[a.d]\ne = [[]]\n");
        foreach (int seed in Mutations.Seeds(3000))
        {
            byte[] damaged = new Mutations(seed).Damage(one, other);
            List<Diagnostic> problems = [];
            if (TomlText.Decode("t", damaged, problems) is { } source)
            {
                TomlTable table = TomlText.Read(source, problems);
                Assert.All(problems, p => Assert.InRange(p.Span.End, 0, source.Text.Length));
                if (problems.Count == 0)
                {
                    Assert.Equal(Described.Value(table, sorted: true), Described.Value(TomlText.Read(new SourceText("t", TomlWriter.Write(table))), sorted: true));
                }
            }
            else
            {
                Assert.NotEmpty(problems);
            }
        }
    }

    private static Gen<TomlTable> Document() => Table(3, isInline: false);

    private static Gen<TomlTable> Table(int depth, bool isInline) =>
        from keys in Word().ListOf()
        let distinct = keys.Distinct().Take(5).ToArray()
        from values in Gen.ArrayOf(Value(depth, isInline), distinct.Length)
        select new TomlTable(default, [.. distinct.Zip(values, (k, v) => new TomlEntry(k, v))], isInline);

    private static Gen<string> Word() => Gen.ArrayOf(Gen.Elements("a", "b", "-", "_", "1", " ", ".", "\"", "'", "\\", "\n", "\t", "\u0001", "\u007f", "é", "😀", "#", "=", "]", "\r"), 3).Select(string.Concat);

    private static Gen<TomlValue> Value(int depth, bool isInline)
    {
        Gen<TomlValue> scalar = Gen.OneOf(
            Word().Select(w => (TomlValue)new TomlString(w)),
            Gen.Elements(0L, 1, -1, long.MaxValue, long.MinValue, 42).Select(n => (TomlValue)new TomlInteger(n)),
            Gen.Elements(0.0, -0.0, 1, 1.5, 1e300, -1e-300, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0.1).Select(n => (TomlValue)new TomlFloat(default, n)),
            Gen.Elements(true, false).Select(b => (TomlValue)new TomlBoolean(b)),
            Gen.Elements<TomlValue>(
                new TomlLocalDate(default, new DateOnly(1979, 5, 27)), new TomlLocalTime(default, new TimeOnly(7, 32, 0, 500)), new TomlLocalDateTime(default, new DateTime(1979, 5, 27, 7, 32, 0)),
                new TomlOffsetDateTime(default, new DateTime(1979, 5, 27, 7, 32, 0).AddTicks(1), TimeSpan.FromMinutes(-90)), new TomlOffsetDateTime(default, DateTime.MaxValue, TimeSpan.Zero)));
        if (depth == 0)
        {
            return scalar;
        }

        Gen<TomlValue> array = Value(depth - 1, isInline: true).ListOf().Select(items => (TomlValue)new TomlArray([.. items.Take(4)]));
        Gen<TomlValue> inline = Table(depth - 1, isInline: true).Select(t => (TomlValue)t);
        return isInline
            ? Gen.OneOf(scalar, scalar, array, inline)
            : Gen.OneOf(scalar, scalar, array, inline, Table(depth - 1, isInline: false).Select(t => (TomlValue)t), Tables(depth - 1));
    }

    private static Gen<TomlValue> Tables(int depth) => Table(depth, isInline: false).ListOf().Select(items => (TomlValue)new TomlArray([.. items.Take(3)]));
}
