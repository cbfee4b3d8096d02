using System.Text.Json;
using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Locks;

/// <summary>Reads <c>Pipfile.lock</c>. It has hashes without the names of their files; the files are looked for on the index.</summary>
public static class PipfileLockReader
{
    private const string Again = "make it again with \"pipenv lock\"";

    /// <summary>Reads a lock; null when it has errors.</summary>
    public static ForeignLock? Read(SourceText source, ICollection<Diagnostic> problems)
    {
        string text = source.Text;
        source = UrlCredentials.Mask(source);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 32 });
        }
        catch (JsonException e)
        {
            int line = (int)Math.Clamp((e.LineNumber ?? 0) + 1, 1, source.LineCount);
            problems.Add(new Diagnostic(Severity.Error, "bad-json", $"this is no JSON: {e.Message.Split(" LineNumber:")[0]}", source, new TextSpan(source.LineStart(line), source.Line(line).Length), Again));
            return null;
        }

        using (document)
        {
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("_meta", out JsonElement meta) || meta.ValueKind != JsonValueKind.Object)
            {
                problems.Add(new Diagnostic(Severity.Error, "no-lock", "a Pipfile.lock has _meta, default and develop", source, default, Again));
                return null;
            }

            int before = problems.Count;
            List<ForeignPackage> packages = [];
            foreach (JsonProperty category in root.EnumerateObject().Where(c => c.Name != "_meta" && c.Value.ValueKind == JsonValueKind.Object))
            {
                packages.AddRange(category.Value.EnumerateObject().Select(p => Package(category.Name, p, source, problems)).OfType<ForeignPackage>());
            }

            string? python = Object(meta, "requires") is { } requires ? Text(requires, "python_full_version") ?? (Text(requires, "python_version") is { } minor ? minor + ".*" : null) : null;
            return problems.Count > before ? null : new ForeignLock
            {
                Source = source,
                Packages = packages,
                RequiresPython = VersionSpecifiers.TryParse("==" + python, out VersionSpecifiers? specifiers) ? specifiers : null,
                Indexes = meta.TryGetProperty("sources", out JsonElement sources) && sources.ValueKind == JsonValueKind.Array
                    ? [.. sources.EnumerateArray().Select((s, i) => s.ValueKind == JsonValueKind.Object && Text(s, "url") is { } url ? new NamedIndex(Text(s, "name"), new WrittenText(url, default), i == 0, i > 0) : null).OfType<NamedIndex>()]
                    : [],
            };
        }
    }

    private static ForeignPackage? Package(string category, JsonProperty entry, SourceText source, ICollection<Diagnostic> problems)
    {
        JsonElement fields = entry.Value;
        int at = Math.Max(source.Text.IndexOf($"\"{entry.Name}\"", StringComparison.Ordinal), 0);
        if (fields.ValueKind != JsonValueKind.Object || !ProjectName.TryParse(entry.Name, out ProjectName name))
        {
            Report("bad-package", $"\"{entry.Name}\" in {category} is no locked package");
            return null;
        }

        Marker? marker = null;
        if (Text(fields, "markers") is { } condition && !Marker.TryParse(condition, out marker, out RequirementSyntaxException? problem))
        {
            Report("bad-marker", $"the condition \"{condition}\" of {name} cannot be read: {problem.Message}");
        }

        PythonVersion? version = null;
        if (Text(fields, "version") is { } written && !PythonVersion.TryParse(written.TrimStart('='), out version))
        {
            Report("bad-version", $"\"{written}\" of {name} is no locked version; == and a version is expected");
        }

        List<FileHash> hashes = [];
        if (fields.TryGetProperty("hashes", out JsonElement list) && list.ValueKind == JsonValueKind.Array)
        {
            hashes.AddRange(list.EnumerateArray().Select(h => h.ValueKind == JsonValueKind.String && FileHash.TryParse(h.GetString()!, out FileHash? hash) ? hash : null).OfType<FileHash>());
        }

        string? git = Text(fields, "git"), path = Text(fields, "path"), file = Text(fields, "file"), subdirectory = Text(fields, "subdirectory");
        return new ForeignPackage
        {
            Groups = [category == "default" ? ForeignPackage.MainGroup : category],
            Hashes = hashes,
            Distribution = new LockedDistribution
            {
                Name = name,
                Version = version,
                Marker = marker,
                Index = Text(fields, "index"),
                Extras = fields.TryGetProperty("extras", out JsonElement extras) && extras.ValueKind == JsonValueKind.Array
                    ? [.. extras.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.String && ExtraName.TryParse(e.GetString(), out ExtraName extra) ? extra : (ExtraName?)null).OfType<ExtraName>()] : [],
                Vcs = git is null ? null : new LockedRepository { Type = "git", Url = git.StartsWith("git+", StringComparison.Ordinal) ? git[4..] : git, CommitId = Text(fields, "ref") ?? "", Subdirectory = subdirectory },
                Directory = path is null ? null : new LockedDirectory { Path = path, IsEditable = fields.TryGetProperty("editable", out JsonElement editable) && editable.ValueKind == JsonValueKind.True, Subdirectory = subdirectory },
                Archive = file is null ? null : new LockedFile { Url = file.Contains("://", StringComparison.Ordinal) ? file : null, Path = file.Contains("://", StringComparison.Ordinal) ? null : file, Hashes = hashes, Subdirectory = subdirectory },
            },
        };

        void Report(string code, string message) => problems.Add(new Diagnostic(Severity.Error, code, UrlCredentials.Mask(message), source, new TextSpan(at, 0), Again));
    }

    private static JsonElement? Object(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object ? value : null;

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
