using Slipway.Foundation.Text;

namespace Slipway.Toml.Tests;

public sealed class DiagnosticTests
{
    private static string Messages(string text) => string.Join('\n', Described.Problems(text));

    [Fact]
    public void All_mistakes_are_told_at_once_and_only_they() => Assert.Equal(
        """
        test.toml:1:5: error: 'text' is no value [bad-toml]
          help: a text stands in quotes
        test.toml:3:1: error: the key 'b' is there twice, first in line 2 [duplicate-key]
          help: keep one of them
        test.toml:4:6: error: a header ends in ]; the line ends [bad-toml]
          help: a value that is an array stands behind a key and =
        test.toml:7:1: error: the table [d] is there twice, first in line 6 [duplicate-table]
          help: a table has one header: put the keys together
        test.toml:9:5: error: '1.' is no value [bad-toml]
          help: a number has digits on both sides of its point; a version is a text and stands in quotes
        """,
        Messages("a = text\nb = 1\nb = 2\n[name\nb = 3\n[d]\n[d]\nb = 4\nc = 1.\nd = 5"));

    [Theory]
    [InlineData("a = [\n  1,\n  2\nb = 3\n[c]\nd = x", "4:1", "6:5")]
    [InlineData("a = \"\"\"\nb = 3\n[c]\nd = x", "1:5")]
    [InlineData("a = { b = 1,\n  c = 2 }\nd = x", "1:13", "3:5")]
    [InlineData("a = 'x\nb = 'y\nc = 1", "1:5", "2:5")]
    [InlineData("a = [ 'x', 'y\n 'z' ]\nb = x", "1:12", "3:5")]
    public void After_a_mistake_the_reading_goes_on_with_the_next_statement(string text, params string[] places) =>
        Assert.Equal(places, Described.Problems(text).Select(p => $"{p.Position!.Value.Line}:{p.Position.Value.Column}"));

    [Fact]
    public void What_was_understood_is_returned()
    {
        List<Diagnostic> problems = [];
        Assert.Equal("{a:1 c:{d:2}}", Described.Value(TomlText.Read(new SourceText("t", "a = 1\nb = x\n[c]\nd = 2"), problems)));
        Assert.Throws<DiagnosticException>(() => TomlText.Read(new SourceText("t", "b = x")));
    }

    [Fact]
    public void Very_many_mistakes_are_not_all_told() => Assert.InRange(Described.Problems(string.Concat(Enumerable.Repeat("x\n", 1000))).Count, 10, 60);

    [Fact]
    public void Values_and_keys_know_their_places()
    {
        const string Text = "a = 'x'\n[b.c]\nd.e = [1, { f = 2 }]";
        TomlTable table = TomlText.Read(new SourceText("t", Text));
        Assert.Equal("'x'", At(table["a"]!.Span));
        var inner = (TomlTable)((TomlTable)table["b"]!)["c"]!;
        Assert.Equal("[b.c]", At(inner.Span));
        TomlEntry e = ((TomlTable)inner["d"]!).Entry("e")!;
        Assert.Equal("e", At(e.Key.Span));
        Assert.Equal("[1, { f = 2 }]", At(e.Value.Span));
        Assert.Equal("{ f = 2 }", At(((TomlArray)e.Value).Items[1].Span));

        string At(TextSpan span) => Text.Substring(span.Start, span.Length);
    }

    [Fact]
    public void Fields_report_what_is_missing_unknown_or_of_another_kind()
    {
        var source = new SourceText("t", "[p]\nnmae = 'x'\nsize = 'y'\ntexts = ['a', 1]\ntables = [{}, 2]");
        List<Diagnostic> problems = [];
        TomlFields fields = new TomlFields(source, TomlText.Read(source), "", problems).Fields("p")!;
        fields.OnlyKnown(["name", "size", "texts", "tables"]);
        Assert.Null(fields.RequiredText("name"));
        Assert.Null(fields.Integer("size"));
        Assert.Equal(["a"], fields.Texts("texts")!.Select(t => t.Value));
        Assert.Equal("p.tables[0].x", Assert.Single(fields.Tables("tables")!).PathOf("x"));
        Assert.Equal(
            ["unknown-key 2:1", "missing-key 1:1", "wrong-kind 3:8", "wrong-kind 4:15", "wrong-kind 5:15"],
            problems.Select(p => $"{p.Code} {p.Position!.Value.Line}:{p.Position.Value.Column}"));
    }
}
