using Slipway.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Slipway.Dockerfile.Tests;

public sealed class LosslessTests
{
    private static readonly string[] Fragments =
    [
        "FROM a AS b", "RUN echo \"x\" \\\n  # comment\n\n  && true", "RUN <<EOF\nbody\nEOF", "COPY <<-'A' <<B /d\n\ta\nA\nb\nB", "ENV A=b \\\n",
        "# comment", "", "   ", "\t", "\r", "IF ${A}==\"b\"", "ELSE IF !x", "ELSE", "DONE", "CMD [\"a\", \"b\"]", "ARG X=\"y z\"", "--flag", "ONBUILD RUN <<X",
        "# escape=`", "# syntax=x", "HEALTHCHECK --interval=1s CMD x", "\\", "`", "\"", "'", "$", "${", "<<", "[", "é☃\U0001F600", "\uFEFF", "\0",
    ];

    public static TheoryData<string> RealFiles()
    {
        var data = new TheoryData<string>();
        foreach (string file in (string[])["parser/ast.jsonl", "parser/lines.jsonl", "checks/checks.jsonl", "heredoc/build.jsonl", "heredoc/parse.jsonl"])
        {
            foreach (string text in Testing.Conformance.Rows($"dockerfile/{file}").Select(r => r.GetProperty("dockerfile").GetString()!))
            {
                data.Add(text);
            }
        }

        return data;
    }

    [Fact]
    public void Printing_generated_files_gives_back_the_same_text()
    {
        Gen<string> file = Gen.Elements(Fragments).ListOf().Select(lines => string.Join('\n', lines));
        Prop.ForAll(file.ToArbitrary(), Prints_itself).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));
    }

    [Fact]
    public void Random_text_is_parsed_without_throwing() =>
        Prop.ForAll<string?>(text => Prints_itself(text ?? "")).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));

    [ConformanceTheory]
    [MemberData(nameof(RealFiles))]
    public void Printing_real_and_damaged_files_gives_back_the_same_text(string text)
    {
        Assert.True(Prints_itself(text));
        var random = new Random(text.Length);
        for (int i = 0; i < 40; i++)
        {
            Assert.True(Prints_itself(Damage(text, random)));
        }
    }

    private static bool Prints_itself(string text)
    {
        DockerfileDocument document = DockerfileDocument.Parse(Cases.Source(text));
        IEnumerable<InstructionSyntax> instructions = document.Syntax.Instructions;
        return document.ToString() == text
            && instructions.All(i => i.Span.Start >= 0 && i.Span.End <= text.Length && text.Substring(i.Keyword.Span.Start, i.Keyword.Span.Length).Contains(i.Keyword.Text[0]))
            && document.Diagnostics.All(d => d.Span.Start >= 0 && d.Span.End <= text.Length && d.ToString().Length > 0);
    }

    private static string Damage(string text, Random random)
    {
        int at = random.Next(text.Length + 1);
        return random.Next(4) switch
        {
            0 => text[..at],
            1 => text[..at] + Fragments[random.Next(Fragments.Length)] + text[at..],
            2 => text[..at] + text[Math.Min(text.Length, at + random.Next(1, 5))..],
            _ => text[at..] + "\n" + text[..at],
        };
    }
}
