using System.Text;
using System.Text.Json;
using Slipway.Resolution;

namespace Slipway.Conda.Solving;

/// <summary>Reads what a record depends on, out of its JSON.</summary>
internal static class DependencyReader
{
    /// <param name="candidate">The record.</param>
    /// <param name="extra">Only what this optional group adds (CEP 44); null: the record's own.</param>
    /// <param name="table">Where texts become dependencies.</param>
    public static DependencyList Read(Candidate candidate, string? extra, SpecTable table)
    {
        ReadOnlySpan<byte> json = candidate.Json;
        List<Dependency> all = [];
        string? problem = null;
        if (extra is not null)
        {
            if (candidate.Head.ExtraDepends >= 0 && candidate.Full.ExtraDepends.TryGetValue(extra, out IReadOnlyList<string>? group))
            {
                foreach (string text in group)
                {
                    Add(table.Dependency(Encoding.UTF8.GetBytes(text)), constrains: false, all, ref problem);
                }
            }
        }
        else
        {
            ReadArray(json, candidate.Head.Depends, constrains: false, all, table, ref problem);
            ReadArray(json, candidate.Head.Constrains, constrains: true, all, table, ref problem);
        }

        return new DependencyList(all.ToArray()) { Unknown = problem };
    }

    private static void ReadArray(ReadOnlySpan<byte> json, int start, bool constrains, List<Dependency> all, SpecTable table, ref string? problem)
    {
        if (start < 0)
        {
            return;
        }

        var reader = new Utf8JsonReader(json[start..]);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                Add(table.Dependency(reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan), constrains, all, ref problem);
            }
        }
    }

    private static void Add(ParsedDependency parsed, bool constrains, List<Dependency> all, ref string? problem)
    {
        all.AddRange(constrains ? parsed.Constrained : parsed.Required);
        problem ??= parsed.Problem;
    }
}
