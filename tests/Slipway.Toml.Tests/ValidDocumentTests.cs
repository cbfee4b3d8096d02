namespace Slipway.Toml.Tests;

/// <summary>Documents that TOML 1.0 allows, after its text and the cases of the official test suite.</summary>
public sealed class ValidDocumentTests
{
    [Theory]
    [InlineData("", "{}")]
    [InlineData("# nothing", "{}")]
    [InlineData(" \t\n\r\n\t# a comment with\ttab and ünicode\r\n", "{}")]
    [InlineData("a = 1 # why\nb=2#why", "{a:1 b:2}")]
    [InlineData("\ta\t=\t1\t", "{a:1}")]
    public void Space_and_comments(string text, string expected) => Assert.Equal(expected, Described.Document(text));

    [Theory]
    [InlineData("key = 1\nbare_key = 2\nbare-key = 3\n1234 = 4", "{key:1 bare_key:2 bare-key:3 1234:4}")]
    [InlineData("\"127.0.0.1\" = 1\n\"ʎǝʞ\" = 2\n'quoted \"value\"' = 3\n\"a\\nb\" = 4", "{127.0.0.1:1 ʎǝʞ:2 quoted \"value\":3 a\nb:4}")]
    [InlineData("\"\" = 1", "{:1}")]
    [InlineData("'' = 1", "{:1}")]
    [InlineData("a.b.\"c.d\" = 1\na.b.e = 2", "{a:{b:{c.d:1 e:2}}}")]
    [InlineData("fruit . color = 1\nfruit\t.\tflavor = 2", "{fruit:{color:1 flavor:2}}")]
    [InlineData("apple.type = 1\norange.type = 2\napple.skin = 3\norange.skin = 4", "{apple:{type:1 skin:3} orange:{type:2 skin:4}}")]
    [InlineData("3.14159 = 'pi'", "{3:{14159:'pi'}}")]
    [InlineData("- = 1\n_ = 2\n000 = 3\n10e3 = 4\n-1 = 5\ntrue = 6\ninf = 7", "{-:1 _:2 000:3 10e3:4 -1:5 true:6 inf:7}")]
    [InlineData("1900-01-01 = 1", "{1900-01-01:1}")]
    [InlineData("sectioN = 1\nsection = 2", "{sectioN:1 section:2}")]
    [InlineData("'\\' = 1\n\"~!@#$%^&*()_+=-`[]\\\\|/?><.,;:'\" = 2", "{\\:1 ~!@#$%^&*()_+=-`[]\\|/?><.,;:':2}")]
    public void Keys(string text, string expected) => Assert.Equal(expected, Described.Document(text));

    [Theory]
    [InlineData("a = +99\nb = 42\nc = 0\nd = -17\ne = +0\nf = -0", "{a:99 b:42 c:0 d:-17 e:0 f:0}")]
    [InlineData("a = 1_000\nb = 5_349_221\nc = 53_49_221\nd = 1_2_3_4_5", "{a:1000 b:5349221 c:5349221 d:12345}")]
    [InlineData("a = 0xDEADBEEF\nb = 0xdeadbeef\nc = 0xdead_beef\nd = 0o01234567\ne = 0o755\nf = 0b11010110", "{a:3735928559 b:3735928559 c:3735928559 d:342391 e:493 f:214}")]
    [InlineData("a = 0x00987\nb = 0o7_6_5\nc = 0b1_0_1\nd = 0x0\ne = 0b0", "{a:2439 b:501 c:5 d:0 e:0}")]
    [InlineData("a = 9223372036854775807\nb = -9223372036854775808\nc = 0x7fffffffffffffff", "{a:9223372036854775807 b:-9223372036854775808 c:9223372036854775807}")]
    public void Whole_numbers(string text, string expected) => Assert.Equal(expected, Described.Document(text));

    [Theory]
    [InlineData("a = +1.0\nb = 3.1415\nc = -0.01\nd = 5e+22\ne = 1e06\nf = -2E-2\ng = 6.626e-34", "{a:1f b:3.1415f c:-0.01f d:5E+22f e:1000000f f:-0.02f g:6.626E-34f}")]
    [InlineData("a = 224_617.445_991_228\nb = 1e1_00\nc = 0e0\nd = 0.0\ne = -0.0\nf = 0e+0", "{a:224617.445991228f b:1E+100f c:0f d:0f e:-0f f:0f}")]
    [InlineData("a = inf\nb = +inf\nc = -inf\nd = nan\ne = +nan\nf = -nan", "{a:Infinityf b:Infinityf c:-Infinityf d:NaNf e:NaNf f:NaNf}")]
    [InlineData("a = 1.0e01\nb = 1e01\nc = 0.0e0", "{a:10f b:10f c:0f}")]
    public void Other_numbers(string text, string expected) => Assert.Equal(expected, Described.Document(text));

    [Theory]
    [InlineData("a = 1979-05-27T07:32:00Z\nb = 1979-05-27T00:32:00-07:00\nc = 1979-05-27T00:32:00.999999-07:00\nd = 1979-05-27 07:32:00Z", "{a:1979-05-27T07:32:00+00:00 b:1979-05-27T00:32:00-07:00 c:1979-05-27T00:32:00.999999-07:00 d:1979-05-27T07:32:00+00:00}")]
    [InlineData("a = 1979-05-27t07:32:00z", "{a:1979-05-27T07:32:00+00:00}")]
    [InlineData("a = 1979-05-27T07:32:00\nb = 1979-05-27 00:32:00.999999", "{a:1979-05-27T07:32:00 b:1979-05-27T00:32:00.999999}")]
    [InlineData("a = 1979-05-27\nb = 1979-05-27 # and\nc = [1979-05-27 , 1979-05-28]", "{a:1979-05-27 b:1979-05-27 c:[1979-05-27 1979-05-28]}")]
    [InlineData("a = 07:32:00\nb = 00:32:00.999999\nc = 00:00:00.1234567899", "{a:07:32:00 b:00:32:00.999999 c:00:00:00.1234567}")]
    [InlineData("a = 2000-02-29\nb = 2024-02-29T00:00:00\nc = 0001-01-01\nd = 9999-12-31 23:59:59Z\ne = 0001-01-01T00:00:00+23:59", "{a:2000-02-29 b:2024-02-29T00:00:00 c:0001-01-01 d:9999-12-31T23:59:59+00:00 e:0001-01-01T00:00:00+23:59}")]
    public void Dates_and_times(string text, string expected) => Assert.Equal(expected, Described.Document(text));

    [Fact]
    public void A_point_in_time_beyond_the_first_or_last_is_the_first_or_last()
    {
        Assert.Equal(DateTimeOffset.MinValue, new TomlOffsetDateTime(default, DateTime.MinValue, TimeSpan.FromHours(1)).Instant);
        Assert.Equal(new DateTimeOffset(1979, 5, 27, 7, 32, 0, TimeSpan.Zero), new TomlOffsetDateTime(default, new DateTime(1979, 5, 27, 0, 32, 0), TimeSpan.FromHours(-7)).Instant);
    }

    [Theory]
    [InlineData("""a = "I'm a string. \"You can quote me\". Name\tJos\u00E9\nLocation\tSF." """, "{a:'I'm a string. \"You can quote me\". Name⇥José⏎Location⇥SF.'}")]
    [InlineData("""a = "\b\f\r\\\"\u0000\U0001F600" """, "{a:'\b\f\r\\\"\0😀'}")]
    [InlineData("""a = "\\u0075 \u005Cu \uD7FF\uE000\U0010FFFF" """, "{a:'\\u0075 \\u \uD7FF\uE000\U0010FFFF'}")]
    [InlineData("""a = 'C:\Users\n' """, "{a:'C:\\Users\\n'}")]
    [InlineData("""a = '<\i\c*\s*>' """, "{a:'<\\i\\c*\\s*>'}")]
    [InlineData("a = \"tab\there\" # \"not a text", "{a:'tab⇥here'}")]
    [InlineData("a = \"# no comment\"", "{a:'# no comment'}")]
    [InlineData("a = \"\"\nb = ''\nc = \"\"\"\"\"\"\nd = ''''''", "{a:'' b:'' c:'' d:''}")]
    public void Texts_on_one_line(string text, string expected) => Assert.Equal(expected, Described.Document(text));

    [Theory]
    [InlineData("a = \"\"\"\nRoses are red\nViolets are blue\"\"\"", "{a:'Roses are red⏎Violets are blue'}")]
    [InlineData("a = \"\"\"\r\nRoses are red\r\nViolets are blue\r\n\"\"\"", "{a:'Roses are red⏎Violets are blue⏎'}")]
    [InlineData("a = \"\"\"\nThe quick brown \\\n\n\n  fox jumps over \\\n    the lazy dog.\"\"\"", "{a:'The quick brown fox jumps over the lazy dog.'}")]
    [InlineData("a = \"\"\"\\\n       The quick brown \\  \t\r\n       fox.\\\n       \"\"\"", "{a:'The quick brown fox.'}")]
    [InlineData("a = \"\"\"a \\\\\nb\"\"\"\nb = \"\"\"a \\\\\\\nb\"\"\"", "{a:'a \\⏎b' b:'a \\b'}")]
    [InlineData("a = \"\"\"Two \"\". Three \"\"\\\". Five \"\"\\\"\"\".\"\"\"", "{a:'Two \"\". Three \"\"\". Five \"\"\"\"\".'}")]
    [InlineData("a = \"\"\"\"This,\" she said\"\"\"\"\nb = \"\"\"\"\"two\"\"\"\"\"\nc = \"\"\"\"\"\"\"\"", "{a:'\"This,\" she said\"' b:'\"\"two\"\"' c:'\"\"'}")]
    [InlineData("a = '''\nThe first newline is\ntrimmed in raw strings.\n  \\ stays'''", "{a:'The first newline is⏎trimmed in raw strings.⏎  \\ stays'}")]
    [InlineData("a = '''Fifteen \"\"\"\"\"\"\"\"\"\"\"\"\"\"\"'''\nb = ''''That,' she said''''\nc = ''' ''two quotes'' '''", "{a:'Fifteen \"\"\"\"\"\"\"\"\"\"\"\"\"\"\"' b:''That,' she said'' c:' ''two quotes'' '}")]
    [InlineData("a = \"\"\"aaa'''bbb\"\"\"\nb = '''aaa\"\"\"bbb'''", "{a:'aaa'''bbb' b:'aaa\"\"\"bbb'}")]
    [InlineData("a = \"\"\"\\\n\"\"\"", "{a:''}")]
    public void Texts_on_several_lines(string text, string expected) => Assert.Equal(expected, Described.Document(text));

    [Theory]
    [InlineData("a = []\nb = [[[]], [ ]]\nc = [1, 2.0, 'x', true, [1], {}]", "{a:[] b:[[[]] []] c:[1 2f 'x' true [1] {}]}")]
    [InlineData("a = [ # why\n # why\n 1 # one\n , # comma\n 2\n # end\n , ]", "{a:[1 2]}")]
    [InlineData("a = [1,2,]\nb = [\r\n1,\r\n]", "{a:[1 2] b:[1]}")]
    [InlineData("a = [{ x = 1 }, { x = 2, y = {z = 3} }]", "{a:[{x:1} {x:2 y:{z:3}}]}")]
    public void Arrays(string text, string expected) => Assert.Equal(expected, Described.Document(text));

    [Theory]
    [InlineData("a = {}\nb = { }\nc = { x = 1, y = 2 }", "{a:{} b:{} c:{x:1 y:2}}")]
    [InlineData("a = { x.y = 1, x.z = 2, \"q q\" . 'r' = [ 1,\n 2 ] }", "{a:{x:{y:1 z:2} q q:{r:[1 2]}}}")]
    [InlineData("a.b = { c.d = 1 }\na.e = 2", "{a:{b:{c:{d:1}} e:2}}")]
    [InlineData("a = { b = \"\"\"two\nlines\"\"\" }", "{a:{b:'two⏎lines'}}")]
    public void Tables_in_braces(string text, string expected) => Assert.Equal(expected, Described.Document(text));

    [Theory]
    [InlineData("[table]", "{table:{}}")]
    [InlineData("[dog.\"tater.man\"]\ntype.name = 'pug'", "{dog:{tater.man:{type:{name:'pug'}}}}")]
    [InlineData("[a.b.c]\n[ d.e.f ]\n[ g .  h  . i ]\n[ j . \"ʞ\" . 'l' ] # why", "{a:{b:{c:{}}} d:{e:{f:{}}} g:{h:{i:{}}} j:{ʞ:{l:{}}}}")]
    [InlineData("[x.y.z.w]\n[x]\na = 1", "{x:{y:{z:{w:{}}} a:1}}")]
    [InlineData("[fruit.apple]\n[animal]\n[fruit.orange]", "{fruit:{apple:{} orange:{}} animal:{}}")]
    [InlineData("[fruit]\napple.color = 1\napple.taste.sweet = true\n[fruit.apple.texture]\nsmooth = true", "{fruit:{apple:{color:1 taste:{sweet:true} texture:{smooth:true}}}}")]
    [InlineData("a.b = 1\n[c]\n[a.d]\ne = 2", "{a:{b:1 d:{e:2}} c:{}}")]
    [InlineData("[a]\n[a.b]\n[\"\"]\n[''.'']", "{a:{b:{}} :{:{}}}")]
    [InlineData("[a]\n  b = 1\n  [a.c]\n    d = 2", "{a:{b:1 c:{d:2}}}")]
    public void Headers(string text, string expected) => Assert.Equal(expected, Described.Document(text));

    [Theory]
    [InlineData("[[p]]\nname = 'a'\n[[p]]\n[[p]]\nname = 'b'", "{p:[{name:'a'} {} {name:'b'}]}")]
    [InlineData("[[f]]\nn = 1\n[f.physical]\nc = 2\n[[f.v]]\nn = 3\n[[f.v]]\nn = 4\n[[f]]\nn = 5\n[[f.v]]\nn = 6", "{f:[{n:1 physical:{c:2} v:[{n:3} {n:4}]} {n:5 v:[{n:6}]}]}")]
    [InlineData("[[parent.arr]]\n[parent]\nnot-arr = 1", "{parent:{arr:[{}] not-arr:1}}")]
    [InlineData("[[a.b]]\nx = 1\n[a.b.c]\ny = 2\n[[a.b]]\n[a.b.c]\ny = 3", "{a:{b:[{x:1 c:{y:2}} {c:{y:3}}]}}")]
    [InlineData("[[ a . 'b' ]] # why", "{a:{b:[{}]}}")]
    public void Arrays_of_tables(string text, string expected) => Assert.Equal(expected, Described.Document(text));

    [Fact]
    public void Bytes_may_begin_with_a_byte_order_mark()
    {
        List<Foundation.Text.Diagnostic> problems = [];
        Foundation.Text.SourceText? source = TomlText.Decode("a.toml", [0xEF, 0xBB, 0xBF, .. "a = 'ü'"u8], problems);
        Assert.Empty(problems);
        Assert.Equal("{a:'ü'}", Described.Value(TomlText.Read(source!)));
    }
}
