namespace Slipway.Dockerfile;

/// <summary>The query options of a git address.</summary>
internal sealed class GitReferenceQuery(GitReference reference)
{
    private GitReference _reference = reference;
    private string _tag = "";
    private string _branch = "";

    public GitReference Apply(string query)
    {
        var seen = new HashSet<string>();
        foreach (string field in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            (string key, string? value) = KeyValue.Cut(field.Replace('+', ' '));
            key = Uri.UnescapeDataString(key);
            if (!seen.Add(key))
            {
                throw new FormatException($"query \"{key}\" has multiple values");
            }

            Set(key, Uri.UnescapeDataString(value ?? ""));
        }

        if (_tag.Length > 0 && _branch.Length > 0)
        {
            throw new FormatException("branch conflicts with tag");
        }

        SetRef(Prefixed("refs/tags/", _tag));
        SetRef(Prefixed("refs/heads/", _branch));
        return _reference is { Checksum.Length: > 0, Ref: "", FetchByCommit: false }
            ? _reference with { Ref = _reference.Checksum }
            : _reference;
    }

    private static string Prefixed(string prefix, string name) =>
        name.Length == 0 || name.StartsWith(prefix, StringComparison.Ordinal) ? name : prefix + name;

    private void Set(string key, string value)
    {
        switch (key)
        {
            case "submodules":
                _reference = _reference with { Submodules = Switch(key, value) };
                return;
            case "keep-git-dir":
                _reference = _reference with { KeepGitDir = Switch(key, value) };
                return;
            case "fetch-by-commit":
                _reference = _reference with { FetchByCommit = Switch(key, value) };
                return;
            case not ("ref" or "tag" or "branch" or "subdir" or "checksum" or "commit" or "mtime"):
                throw new FormatException($"unexpected query \"{key}\"");
            case var _ when value.Length == 0:
                throw new FormatException($"query \"{key}\" has no value");
        }

        SetText(key, value);
    }

    private void SetText(string key, string value)
    {
        switch (key)
        {
            case "ref":
                SetRef(value);
                break;
            case "tag":
                _tag = value;
                break;
            case "branch":
                _branch = value;
                break;
            case "subdir":
                Conflict("subdir", _reference.Subdirectory, value);
                _reference = _reference with { Subdirectory = value };
                break;
            case "mtime":
                _reference = value is "checkout" or "commit"
                    ? _reference with { ModificationTime = value }
                    : throw new FormatException($"invalid mtime value: \"{value}\"");
                break;
            default:
                _reference = _reference with { Checksum = value };
                break;
        }
    }

    private void SetRef(string value)
    {
        if (value.Length > 0)
        {
            Conflict("ref", _reference.Ref, value);
            _reference = _reference with { Ref = value };
        }
    }

    private static void Conflict(string what, string before, string value)
    {
        if (before.Length > 0 && before != value)
        {
            throw new FormatException($"{what} conflicts: \"{before}\" vs \"{value}\"");
        }
    }

    private static bool Switch(string key, string value)
    {
        try
        {
            return value.Length == 0 || KeyValue.Boolean(key, value);
        }
        catch (FormatException)
        {
            throw new FormatException($"invalid {key} value: \"{value}\"");
        }
    }
}
