using Slipway.Foundation.Text;

namespace Slipway.Toml.Tests;

/// <summary>Documents that TOML 1.0 refuses, after its text and the cases of the official test suite.</summary>
public sealed class InvalidDocumentTests
{
    public static TheoryData<string> Documents { get; } =
    [

        // Statements and keys.
        "a", "a =", "a = # nothing", "= 1", "\"a\"", "a b = 1", "a = 1 b = 2", "a = 1, b = 2", "a == 1", "a.b. = 1", ".a = 1", "a..b = 1", "a.=1", "\na = 1\n\nb\n= 2",
        "ʎǝʞ = 1", "a# = 1", "[a = 1", "\"\"\"a\"\"\" = 1", "'''a''' = 1", "\"a\nb\" = 1", "a\nb = 1", "a\\b = 1", "!a = 1", "a[b] = 1", "\"a = 1", "'a = 1", "a = 1 2", "-- no comment",
        "key without = value", "\u00a0a = 1", "\ufeff\ufeffa = 1",

        // Duplicate keys.
        "a = 1\na = 2", "a = 1\n\"a\" = 2", "a = 1\n'a' = 2", "a = 1\na.b = 2", "a.b = 1\na = 2", "a.b = 1\na.b.c = 2", "a.b.c = 1\na.b = 2", "a.b = 1\na.\"b\" = 2",

        // Whole numbers.
        "a = 01", "a = 00", "a = 0_0", "a = -01", "a = +01", "a = +0_1", "a = ++99", "a = --99", "a = -0xff", "a = -0b11010110", "a = -0o755", "a = +0xff", "a = +0b11", "a = +0o755",
        "a = 123_", "a = _123", "a = 1__23", "a = 0x_1", "a = 0o_1", "a = 0b_1", "a = 0x1_", "a = 0o1_", "a = 0b1_", "a = _0x1", "a = 0xaafz", "a = 0o778", "a = 0b0012", "a = 0X1", "a = 0O0", "a = 0B0",
        "a = 0x", "a = 0o", "a = 0b", "a = 1a", "a = +", "a = -", "a = 9223372036854775808", "a = -9223372036854775809", "a = 0xffffffffffffffff", "a = 0x8000000000000000", "a = ٣", "a = 42 the answer", "a = 1 000", "a = _",

        // Other numbers.
        "a = .7", "a = 7.", "a = 3.e+20", "a = +.5", "a = 1.2.3", "a = 1e", "a = 1e+", "a = 1e5.0", "a = 1e2e3", "a = 03.14", "a = -03.14", "a = 1_.2", "a = 1._2", "a = 1.2_", "a = 1e_2", "a = 1e2_", "a = 1_e2", "a = 1.2e_3", "a = 1.2__3",
        "a = Inf", "a = +Nan", "a = in", "a = na", "a = infinity", "a = ++inf", "a = 0x1.0", "a = 1,5", "a = 1e1__0",

        // true and false.
        "a = True", "a = TRUE", "a = falsify", "a = truer", "a = t", "a = yes", "a = null",

        // Dates and times.
        "a = 1987-7-05T17:45:00Z", "a = 1987-07-5T17:45:00Z", "a = 87-07-05", "a = 1987-07-05T17:45Z", "a = 1987-07-0517:45:00Z", "a = 1987-07-05T", "a = 1987-07-05T ", "a = 1987-07-05T17:45:00.", "a = 1987-07-05T17:45:00.Z", "a = 1987-07-05T17:4:00",
        "a = 1988-02-30", "a = 2100-02-29", "a = 2023-02-29T00:00:00Z", "a = 2006-13-01", "a = 2006-00-01", "a = 2006-01-00", "a = 2006-01-32", "a = 0000-01-01", "a = 2006-01-01T24:00:00", "a = 2006-01-01T00:60:00", "a = 2006-01-01T00:00:61", "a = 24:00:00", "a = 7:00:00", "a = 07:00", "a = 07:00:00Z",
        "a = 07:00:00+01:00", "a = T07:00:00", "a = 1987-07-05  17:45:00", "a = 1987-07-05x17:45:00", "a = 2006-01-01T00:00:00+24:00", "a = 2006-01-01T00:00:00+00:60", "a = 2006-01-01T00:00:00+1:00", "a = 2006-01-01T00:00:00+01", "a = 2006-01-01Z", "a = 10000-01-01", "a = 1987-07-05\n17:45:00",

        // Texts.
        "a = \"no end", "a = 'no end", "a = \"line\nend\"", "a = 'line\nend'", "a = \"\\e\"", "a = \"\\x41\"", "a = \"\\a\"", "a = \"\\'\"", "a = \"\\ \"", "a = \"\\", "a = \"\\u12\"", "a = \"\\u\"", "a = \"\\uD800\"", "a = \"\\uDFFF\"", "a = \"\\U00D80000\"", "a = \"\\U00110000\"", "a = \"\\Uffffffff\"", "a = \"\\u00g0\"", "a = \"\\u+041\"",
        "a = \"\"\"no end", "a = \"\"\"no end\"\"", "a = '''no end", "a = '''no end''", "a = \"\"\"six\"\"\"\"\"\"", "a = '''six''''''", "a = \"\"\"\\e\"\"\"", "a = \"\"\"a \\ b\"\"\"", "a = \"\"\"\\", "a = \"\"\"\\ \"\"\"", "a = \"a\" \"b\"", "a = \"a\" + \"b\"", "a = text", "a = \"text\" no comment", "a = \"\"\"\"\"\"\"\"\"",
        "a = \"\u0000\"", "a = \"\u0001\"", "a = \"\u001f\"", "a = \"\u007f\"", "a = '\u0000'", "a = '\u007f'", "a = \"\"\"\u0001\"\"\"", "a = '''\u0008'''", "a = \"\r\"", "a = '\r'", "a = \"\"\"\r\"\"\"", "a = '''\r'''", "a = \"\"\"\\\r\"\"\"",

        // Control characters elsewhere.
        "a = 1 # \u0000", "# \u0001", "# \u007f", "# \u001f", "a = 1 # \r", "# \r# \r\n", "a = 1\u000b", "a = 1\u000c", "\u0000", "a = 1\rb = 2", "\r", "a\u0000 = 1", "\u001fa = 1",

        // Arrays.
        "a = [", "a = ]", "a = [1", "a = [1, 2", "a = [1 2]", "a = [1,, 2]", "a = [,]", "a = [1,,]", "a = [1] 2", "a = [1]]", "a = [1, 2}", "a = [ # ]", "a = [{]", "a = [x]", "a = [\n1\n2\n]", "a = ['a' 'b']", "a = [1; 2]", "a = [[ 1 ]", "a = [\"x, 1]",

        // Tables in braces.
        "a = {", "a = }", "a = { b = 1", "a = { b = 1,", "a = { b = 1, }", "a = { , }", "a = {, b = 1}", "a = { b = 1 c = 2 }", "a = { b = 1,, c = 2 }", "a = { b }", "a = { b = }", "a = { b = 1\n}", "a = {\nb = 1 }", "a = { b = 1,\nc = 2 }", "a = { b = 1 # why\n}", "a = { b = 1 ] ", "a = { b = 1 } }", "a = {b = 1} c = 2", "a={}}",
        "a = { b = 1, b = 2 }", "a = { b = 1, \"b\" = 2 }", "a = { b = 1, b.c = 2 }", "a = { b.c = 1, b = 2 }", "a = { b = { c = 1 }, b.d = 2 }", "a = { f = { x.c = 1, x.t.s = 2 }, f.x.t = { s = 3 } }",

        // Nothing is added to what is in braces or brackets.
        "a = {}\n[a]", "a = {}\n[a.b]", "a = {}\n[[a]]", "a = {}\n[[a.b]]", "a = {}\na.b = 1", "[p]\nt = { n = 1 }\nt.e = 2", "[p]\nt.n = 1\nt = { e = 2 }", "a.b = {}\n[a.b.c]", "a = { b = {} }\n[a.b.c]", "a = [{ b = 1 }]\n[a.c]", "a = [{}]\n[[a]]", "a = []\n[[a]]", "a = [[]]\n[[a]]", "a = [1]\na.b = 2", "a = [{ b = 1 }]\n[a]",
        "a = [{ b = { c = 1 } }]\n[a.b.d]", "[[t]]\nb = { x = 1 }\n[t.b]",

        // Headers.
        "[]", "[ ]", "[a", "[a]]", "[a.]", "[.a]", "[a..b]", "[a b]", "[a]b = 1", "[a] b", "[[a]", "[[a]] ]", "[ [a]]", "[[a] ]", "[[]]", "[a\n]", "[[a\n]]", "[a=1]", "[a#b]", "[\"a]", "[ünicode]", "[a[b]]", "[[]", "]", "[\"\"\"a\"\"\"]", "[a]\nb = 1\n[a", "[tab\tle]", "[a,b]",
        "[a]\n[a]", "[a]\nb = 1\n[a.b]", "[a]\n[a.b]\n[a]", "[a.b]\n[a]\n[a]", "[a]\n[\"a\"]", "a = 1\n[a]", "a = 1\n[a.b]", "[a]\nb = 1\n[a]\nc = 2", "[a.b.c]\n[a.b]\n[a.b.c]", "a = 'x'\n[[a]]", "[a]\nb = 1\n[[a.b]]", "[a]\nb.c = 1\n[a.b.c.d]",
        "[f]\nx.c = 1\n[f.x]", "[f]\nx.t.s = 1\n[f.x.t]", "a.b = 1\n[a]", "[a]\nb.c = 1\n[[a.b]]", "[a]\nb.c = 1\n[a.b]\nd = 2",
        "[a.b.c]\nz = 9\n[a]\nb.c.t = 1", "[a.b.c.d]\nz = 9\n[a]\nb.c.d.k.t = 1", "[[a.b]]\n[a]\nb.y = 2", "[a.b]\nc = 1\n[a]\nb.d = 2", "[a.b]\n[a]\nb = 1",

        // Arrays of tables.
        "[a]\n[[a]]", "[[a]]\n[a]", "[[a.b]]\n[[a]]", "[a.b]\n[[a]]", "[[f]]\n[[f.v]]\n[f.v]", "[[f]]\n[f.p]\n[[f.p]]", "[[a]]\nb = 1\n[[a.b]]", "[[a]]\na.b = 1\n[a.a]", "[[a.b.c]]\n[a.b]\n[[a.b]]", "a.b = 1\n[[a]]", "[[a]]\n[a.b]\n[a.b]",
    ];

    [Theory]
    [MemberData(nameof(Documents), DisableDiscoveryEnumeration = true)]
    public void Each_is_refused_with_a_place_in_it(string text)
    {
        IReadOnlyList<Diagnostic> problems = Described.Problems(text);
        Assert.NotEmpty(problems);
        Assert.All(problems, p => Assert.InRange(p.Span.End, 0, text.Length));
        Assert.All(problems, p => Assert.Equal(Severity.Error, p.Severity));
    }

    [Theory]
    [InlineData(new byte[] { 0x61, 0x3D, 0x22, 0xFF, 0x22 }, 4)]
    [InlineData(new byte[] { 0x61, 0x3D, 0x22, 0xC3, 0x28, 0x22 }, 4)]
    [InlineData(new byte[] { 0x61, 0x3D, 0x22, 0xED, 0xA0, 0x80, 0x22 }, 4)]
    [InlineData(new byte[] { 0x61, 0x3D, 0x22, 0xEF, 0xBF, 0xBD, 0xC0, 0x80, 0x22 }, 5)]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x61, 0x00 }, 1)]
    [InlineData(new byte[] { 0x61, 0x0A, 0x61, 0xF0, 0x9F }, 2)]
    public void Bytes_that_are_no_UTF8_are_refused_where_they_stand(byte[] content, int column)
    {
        List<Diagnostic> problems = [];
        Assert.Null(TomlText.Decode("a.toml", content, problems));
        Assert.Equal(column, Assert.Single(problems).Position!.Value.Column);
    }

    [Fact]
    public void Tables_within_tables_without_end_are_refused()
    {
        Assert.NotEmpty(Described.Problems("a = " + new string('[', 100_000)));
        Assert.NotEmpty(Described.Problems("a = " + string.Concat(Enumerable.Repeat("{a=", 100_000))));
        Assert.NotEmpty(Described.Problems(string.Join('.', Enumerable.Repeat("a", 100_000)) + " = 1"));
        Assert.NotEmpty(Described.Problems("[" + string.Join('.', Enumerable.Repeat("a", 100_000)) + "]"));
        Assert.NotEmpty(Described.Problems("a = " + string.Concat(Enumerable.Repeat("{" + string.Join('.', Enumerable.Repeat("a", 90)) + "=", 90))));
    }
}
