using System.Text.Json.Nodes;
using Slipway.Cli.Rendering.Templates;
using Slipway.Foundation.Text;

namespace Slipway.Cli.Tests.Rendering;

public sealed class TemplateTests
{
    private static readonly JsonObject Data = JsonNode.Parse(
        """{"Id":"sha256:ab","Size":12,"Names":["a:1","b:2"],"Config":{"Env":["A=1"],"Labels":{"y":"2","x":"1"},"User":null},"Empty":[]}""")!.AsObject();

    [Theory]
    [InlineData("{{.Id}}", "sha256:ab")]
    [InlineData("{{ .Id }} {{.Size}}", "sha256:ab 12")]
    [InlineData("{{.Names}}", "[a:1 b:2]")]
    [InlineData("{{.Config.Labels}}", "map[x:1 y:2]")]
    [InlineData("{{.Config.Missing}}", "<no value>")]
    [InlineData("{{json .Config.Env}}", """["A=1"]""")]
    [InlineData("{{.Names | json}}", """["a:1","b:2"]""")]
    [InlineData("{{json .Id}}", "\"sha256:ab\"")]
    [InlineData("{{index .Names 1}}", "b:2")]
    [InlineData("""{{index .Config.Labels "x"}}""", "1")]
    [InlineData("{{(index .Names 0)}}", "a:1")]
    [InlineData("{{len .Names}}", "2")]
    [InlineData("""{{join .Names ", " | upper}}""", "A:1, B:2")]
    [InlineData("{{range .Names}}<{{.}}>{{end}}", "<a:1><b:2>")]
    [InlineData("{{range $k, $v := .Config.Labels}}{{$k}}={{$v}};{{end}}", "x=1;y=2;")]
    [InlineData("{{range .Empty}}x{{else}}none{{end}}", "none")]
    [InlineData("{{range .Names}}{{$.Size}}{{end}}", "1212")]
    [InlineData("{{if .Empty}}yes{{else if .Names}}names{{else}}no{{end}}", "names")]
    [InlineData("{{if eq .Size 12}}twelve{{end}}", "twelve")]
    [InlineData("{{if and .Id (not .Empty)}}both{{end}}", "both")]
    [InlineData("{{with .Config}}{{.Env}}{{end}}", "[A=1]")]
    [InlineData("{{$x := .Id}}{{$x}}", "sha256:ab")]
    [InlineData("a {{- .Size -}} b", "a12b")]
    [InlineData("{{/* nothing */}}x", "x")]
    [InlineData("{{`raw`}}{{println}}", "raw\n")]
    public void A_template_gives_what_Go_gives(string template, string expected) =>
        Assert.Equal(expected, Template.Parse(template).Fill(Data));

    [Theory]
    [InlineData("{{.Id", "no end")]
    [InlineData("{{if .Id}}x", "no end")]
    [InlineData("{{end}}", "without a beginning")]
    [InlineData("{{frobnicate .Id}}", "no function 'frobnicate'")]
    [InlineData("{{.Nam}}", "no field .Nam; there are .Id")]
    [InlineData("{{index .Names 7}}", "has 2 values")]
    [InlineData("{{.Id.X}}", "in a plain value")]
    [InlineData("{{\"x}}", "no end")]
    [InlineData("{{if}}", "Expected one value")]
    [InlineData("{{", "no end")]
    [InlineData("{{if .Id}}{{else", "no end")]
    public void A_wrong_template_is_a_diagnostic(string template, string expected)
    {
        var e = Assert.Throws<DiagnosticException>(() => Template.Parse(template).Fill(Data));
        Assert.Contains(expected, e.Message);
    }

    [Fact]
    public void A_table_has_headings_and_aligned_columns()
    {
        JsonObject[] items = [new() { ["ID"] = "1", ["Size"] = "12MB" }, new() { ["ID"] = "123456", ["Size"] = "1B" }];
        var headings = new Dictionary<string, string> { ["ID"] = "IMAGE ID" };
        Assert.Equal("IMAGE ID   SIZE\n1          12MB\n123456     1B\n", ListFormat.Render(@"table {{.ID}}\t{{.Size}}", items, headings));
        Assert.Equal("1 12MB\n123456 1B\n", ListFormat.Render("{{.ID}} {{.Size}}", items, headings));
        Assert.Equal("{\"ID\":\"1\",\"Size\":\"12MB\"}\n{\"ID\":\"123456\",\"Size\":\"1B\"}\n", ListFormat.Render("json", items, headings));
    }
}
