using System.Text.Json.Serialization;

namespace Slipway.Images.Model;

/// <summary>How a container of the image is run (OCI image-spec, config.md, "config"; Docker adds Healthcheck, Shell, OnBuild, ArgsEscaped).</summary>
public sealed record ContainerConfig
{
    /// <summary>User or uid, with an optional <c>:group</c>; empty means root.</summary>
    [JsonPropertyName("User"), JsonPropertyOrder(0)]
    public string? User { get; init; }

    /// <summary><c>port/protocol</c>, written as the sorted keys of a map.</summary>
    [JsonPropertyName("ExposedPorts"), JsonPropertyOrder(1), JsonConverter(typeof(NameSetConverter))]
    public IReadOnlyList<string> ExposedPorts { get; init => field = value ?? []; } = [];

    /// <summary><c>NAME=value</c>, in the order they were set.</summary>
    [JsonPropertyName("Env"), JsonPropertyOrder(2)]
    public IReadOnlyList<string> Env { get; init => field = value ?? []; } = [];

    [JsonPropertyName("Entrypoint"), JsonPropertyOrder(3)]
    public IReadOnlyList<string> Entrypoint { get; init => field = value ?? []; } = [];

    [JsonPropertyName("Cmd"), JsonPropertyOrder(4)]
    public IReadOnlyList<string> Cmd { get; init => field = value ?? []; } = [];

    [JsonPropertyName("Volumes"), JsonPropertyOrder(5), JsonConverter(typeof(NameSetConverter))]
    public IReadOnlyList<string> Volumes { get; init => field = value ?? []; } = [];

    [JsonPropertyName("WorkingDir"), JsonPropertyOrder(6)]
    public string? WorkingDir { get; init; }

    [JsonPropertyName("Labels"), JsonPropertyOrder(7)]
    public IReadOnlyDictionary<string, string> Labels { get; init => field = value ?? NoText.Map; } = NoText.Map;

    [JsonPropertyName("StopSignal"), JsonPropertyOrder(8)]
    public string? StopSignal { get; init; }

    [JsonPropertyName("ArgsEscaped"), JsonPropertyOrder(9), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ArgsEscaped { get; init; }

    [JsonPropertyName("Healthcheck"), JsonPropertyOrder(10)]
    public Healthcheck? Healthcheck { get; init; }

    [JsonPropertyName("OnBuild"), JsonPropertyOrder(11)]
    public IReadOnlyList<string> OnBuild { get; init => field = value ?? []; } = [];

    /// <summary>The shell of the shell forms; empty means <c>/bin/sh -c</c>.</summary>
    [JsonPropertyName("Shell"), JsonPropertyOrder(12)]
    public IReadOnlyList<string> Shell { get; init => field = value ?? []; } = [];
}

/// <summary>How Docker asks a container whether it is well. Times are written in nanoseconds.</summary>
public sealed record Healthcheck
{
    /// <summary><c>NONE</c>; <c>CMD</c> and arguments; or <c>CMD-SHELL</c> and a command line. Empty inherits.</summary>
    [JsonPropertyName("Test"), JsonPropertyOrder(0)]
    public IReadOnlyList<string> Test { get; init => field = value ?? []; } = [];

    [JsonPropertyName("Interval"), JsonPropertyOrder(1), JsonConverter(typeof(NanosecondsConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public TimeSpan Interval { get; init; }

    [JsonPropertyName("Timeout"), JsonPropertyOrder(2), JsonConverter(typeof(NanosecondsConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public TimeSpan Timeout { get; init; }

    [JsonPropertyName("StartPeriod"), JsonPropertyOrder(3), JsonConverter(typeof(NanosecondsConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public TimeSpan StartPeriod { get; init; }

    [JsonPropertyName("StartInterval"), JsonPropertyOrder(4), JsonConverter(typeof(NanosecondsConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public TimeSpan StartInterval { get; init; }

    [JsonPropertyName("Retries"), JsonPropertyOrder(5), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Retries { get; init; }
}
