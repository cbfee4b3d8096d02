using Slipway.Testing;
using System.Text.Json;

namespace Slipway.Dockerfile.Tests;

public sealed class GitReferenceConformanceTests
{
    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "gitref/parse.jsonl", MemberType = typeof(Cases))]
    public void An_address_is_read(Case row)
    {
        (GitReference? reference, string complaint) = Parse(row.Text("ref"));
        if (row.MustFail)
        {
            Assert.Null(reference);
            Assert.All(row.ErrorParts(), part => Assert.Contains(part, complaint, StringComparison.Ordinal));
            return;
        }

        JsonElement expected = row.Row.GetProperty("expected");
        string Text(string name) => expected.TryGetProperty(name, out JsonElement value) ? value.GetString()! : "";
        bool Flag(string name) => expected.TryGetProperty(name, out JsonElement value) && value.GetBoolean();
        Assert.Equal("", complaint);
        Assert.Equal(
            new GitReference
            {
                Remote = Text("remote"),
                ShortName = Text("short_name"),
                Ref = Text("ref"),
                Subdirectory = Text("subdir"),
                Checksum = Text("checksum"),
                ModificationTime = Text("mtime"),
                FetchByCommit = Flag("fetch_by_commit"),
                IsUnencrypted = Flag("unencrypted"),
                CouldBeLocal = Flag("indistinguishable_from_local"),
            },
            reference);
    }

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "gitref/format.jsonl", MemberType = typeof(Cases))]
    public void An_address_is_written(Case row)
    {
        (GitReference? reference, _) = Parse(row.Text("ref"));
        Assert.Equal(row.Flag("is_git"), reference is not null);
        Assert.Equal(row.Text("expected"), reference?.Format(row.Flag("keep_subdir")) ?? row.Text("ref"));
    }

    private static (GitReference? Reference, string Complaint) Parse(string text)
    {
        try
        {
            return (GitReference.Parse(text), "");
        }
        catch (FormatException mistake)
        {
            return (null, mistake.Message);
        }
    }
}
