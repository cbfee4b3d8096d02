using System.Text.Json.Serialization;

namespace Slipway.PyPi.Builds;

/// <summary>What a build is asked to do: one hook of its backend (PEP 517).</summary>
internal sealed record HookRequest
{
    [JsonPropertyName("source")]
    public required string Source { get; init; }

    [JsonPropertyName("backend")]
    public required string Backend { get; init; }

    /// <summary>Folders of the source that the backend is in.</summary>
    [JsonPropertyName("path")]
    public required IReadOnlyList<string> Path { get; init; }

    [JsonPropertyName("hook")]
    public required string Hook { get; init; }

    /// <summary>Where it writes; null for a hook that only answers.</summary>
    [JsonPropertyName("output")]
    public string? Output { get; init; }

    [JsonPropertyName("settings")]
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Settings { get; init; }

    [JsonPropertyName("result")]
    public required string Result { get; init; }
}

/// <summary>What the hook said.</summary>
internal sealed record HookResult
{
    /// <summary>The backend does not have it, which is its right for all but one.</summary>
    [JsonPropertyName("missing")]
    public bool IsMissing { get; init; }

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("requires")]
    public IReadOnlyList<string>? Requires { get; init; }
}

[JsonSerializable(typeof(HookRequest))]
[JsonSerializable(typeof(HookResult))]
[JsonSerializable(typeof(BuildNotes))]
internal sealed partial class BuildJson : JsonSerializerContext;

/// <summary>The program that calls a hook.</summary>
internal static class BuildHooks
{
    internal const string Requires = "get_requires_for_build_wheel", Metadata = "prepare_metadata_for_build_wheel", Wheel = "build_wheel";

    /// <summary>Runs with any Python from 3.6 on. What the backend prints goes to the log; its answer goes to a file.</summary>
    internal const string Program = """
        import importlib, json, os, sys
        with open(sys.argv[1], encoding="utf-8") as file:
            request = json.load(file)
        sys.argv = [""]
        paths = [os.path.realpath(os.path.join(request["source"], path)) for path in request["path"]]
        sys.path[:1] = paths
        os.chdir(request["source"])
        module, _, attribute = request["backend"].partition(":")
        backend = importlib.import_module(module)
        if paths:
            place = os.path.realpath(getattr(backend, "__file__", None) or "")
            if not any(place.startswith(path + os.sep) for path in paths):
                sys.exit("the backend " + module + " was not found in backend-path but in " + place)
        for name in filter(None, attribute.split(".")):
            backend = getattr(backend, name)
        hook = getattr(backend, request["hook"], None)
        settings = {key: values[0] if len(values) == 1 else values for key, values in request["settings"].items()}
        if hook is None:
            result = {"missing": True}
        elif request["output"] is None:
            result = {"requires": [str(line) for line in hook(settings)]}
        else:
            result = {"name": str(hook(request["output"], settings))}
        with open(request["result"], "w", encoding="utf-8") as file:
            json.dump(result, file)
        """;
}
