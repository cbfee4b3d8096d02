using Slipway.Testing;
using Slipway.Foundation.Text;

namespace Slipway.Dockerfile.Tests;

public sealed class InstructionConformanceTests
{
    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "instructions/errors.jsonl", MemberType = typeof(Cases))]
    public void A_malformed_instruction_is_refused(Case row)
    {
        DockerfileDocument document = DockerfileDocument.Parse(Cases.Source("FROM scratch\n" + row.Text("dockerfile")));
        if (!row.MustFail)
        {
            Assert.Empty(document.Diagnostics);
            return;
        }

        Diagnostic mistake = Assert.Single(document.Diagnostics);
        Assert.All(row.ErrorParts(), part => Assert.Contains(part, mistake.Message, StringComparison.Ordinal));
    }

    /// <summary>Rows whose mistake is found by planning or building are tested there.</summary>
    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "instructions/error-lines.jsonl", MemberType = typeof(Cases))]
    public void A_mistake_points_at_its_line(Case row)
    {
        DockerfileDocument document = DockerfileDocument.Parse(Cases.Source(row.Text("dockerfile")));
        if (row.Text("phase") != "parse")
        {
            Assert.Empty(document.Diagnostics);
            return;
        }

        int[] expected = [.. row.Row.GetProperty("error_lines").EnumerateArray().Select(n => n.GetInt32())];
        Assert.Equal(expected, document.Diagnostics.Select(d => d.Position!.Value.Line));
    }

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "instructions/healthcheck.jsonl", MemberType = typeof(Cases))]
    public void A_health_check_becomes_a_test(Case row)
    {
        DockerfileDocument document = DockerfileDocument.Parse(Cases.Source("FROM scratch\n" + row.Text("dockerfile")));
        Assert.Equal(row.Texts("test"), ((HealthcheckInstruction)document.Nodes[1]).Test);
    }

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "instructions/doc-comments.jsonl", MemberType = typeof(Cases))]
    public void Comments_describe_stages_and_arguments(Case row)
    {
        DockerfileDocument document = DockerfileDocument.Parse(Cases.Source(row.Text("dockerfile")));
        Assert.Equal(row.Text("stage_doc"), document.Nodes.OfType<FromInstruction>().Single().Description);
        Assert.Equal(
            row.Row.GetProperty("arg_docs").EnumerateArray().Select(d => (d.GetProperty("name").GetString(), d.GetProperty("doc").GetString())),
            document.Nodes.OfType<ArgInstruction>().SelectMany(a => a.Arguments).Select(a => ((string?)a.Name, (string?)a.Description)));
    }

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "flags/flags.jsonl", MemberType = typeof(Cases))]
    public void Flags_are_checked(Case row)
    {
        FlagKind[] known = [.. row.Row.GetProperty("flags").EnumerateArray().Select(
            f => new FlagKind(f.GetProperty("name").GetString()!, IsBoolean: f.GetProperty("type").GetString() == "bool"))];
        Word[] words = [.. row.Texts("args").Select(a => new Word(a, default))];
        if (row.MustFail)
        {
            Assert.Throws<InstructionException>(() => new InstructionFlags(words, "RUN", known));
            return;
        }

        var flags = new InstructionFlags(words, "RUN", known);
        if (row.Has("values"))
        {
            foreach (var flag in row.Row.GetProperty("flags").EnumerateArray())
            {
                string name = flag.GetProperty("name").GetString()!;
                string actual = flags.Text(name)?.Text ?? flag.GetProperty("default").ToString();
                Assert.Equal(row.Row.GetProperty("values").GetProperty(name).ToString().ToLowerInvariant(), actual.ToLowerInvariant());
            }
        }

        Assert.All(row.Has("unused") ? row.Texts("unused") : [], name => Assert.DoesNotContain(name, flags.Used));
        Assert.Equal(row.Has("used") ? row.Texts("used").Order() : flags.Used.Order(), flags.Used.Order());
    }

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "flags/device.jsonl", MemberType = typeof(Cases))]
    public void A_device_is_read(Case row)
    {
        if (row.MustFail)
        {
            Assert.Equal(row.Text("error_equals"), Assert.Throws<FormatException>(() => RunDevice.Parse(row.Text("input"))).Message);
            return;
        }

        Assert.Equal(new RunDevice(row.Text("name"), row.Flag("required")), RunDevice.Parse(row.Text("input")));
    }

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "run-mount/flags-used.jsonl", MemberType = typeof(Cases))]
    public void RUN_knows_the_flags_it_uses(Case row)
    {
        InstructionSyntax syntax = DockerfileSyntax.Parse(Cases.Source(row.Text("dockerfile"))).Instructions[0];
        Assert.Equal(row.Texts("flags_used"), new InstructionFlags(syntax.Flags, "RUN", FlagKind.List("mount")).Used);
    }

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "run-mount/build.jsonl", MemberType = typeof(Cases))]
    public void Mounts_are_checked(Case row)
    {
        DockerfileDocument document = DockerfileDocument.Parse(Cases.Source(row.Text("dockerfile")));
        string complaints = string.Join('\n', document.Diagnostics.Select(d => d.Message).Concat(MountComplaints(document)));
        if (row.ErrorParts().Count == 0)
        {
            Assert.Equal("", complaints);
        }

        Assert.All(row.ErrorParts(), part => Assert.Contains(part, complaints, StringComparison.Ordinal));
    }

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "expose/ports.jsonl", MemberType = typeof(Cases))]
    public void Ports_are_read(Case row)
    {
        if (row.MustFail)
        {
            var mistake = Assert.Throws<FormatException>(() => ExposePorts.Parse(row.Texts("specs")));
            Assert.All(row.ErrorParts(), part => Assert.Equal(part, mistake.Message));
            return;
        }

        Assert.Equal(row.Texts("expected"), ExposePorts.Parse(row.Texts("specs")));
    }

    private static IEnumerable<string> MountComplaints(DockerfileDocument document)
    {
        foreach (Word mount in document.Nodes.OfType<RunInstruction>().SelectMany(r => r.Mounts))
        {
            string? complaint = null;
            try
            {
                RunMount.Parse(mount.Text, word => new WordExpander('\\').Expand(word, _ => "/x"));
            }
            catch (FormatException mistake)
            {
                complaint = mistake.Message;
            }

            if (complaint is not null)
            {
                yield return complaint;
            }
        }
    }
}
