using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Images.Registry;

/// <summary>Says in a person's words what went wrong with a registry, and what to do.</summary>
internal static class RegistryProblem
{
    /// <summary>The code of <see cref="OfBlobAsync"/>'s diagnostic when the registry does not have the blob.</summary>
    public const string MissingBlob = "missing-blob";

    private const int LongestError = 64 * 1024;

    /// <summary>The registry does not answer.</summary>
    public static DiagnosticException Of(HttpFailureException e, RegistryEndpoint endpoint)
    {
        string registry = endpoint.Registry;
        (string code, string help) = e.Failure switch
        {
            HttpFailure.UnknownHost => ("unknown-host",
                $"Check the spelling of '{registry}' and the network; behind a proxy, set HTTPS_PROXY."),
            HttpFailure.Unreachable when endpoint.IsLoopback => ("registry-unreachable",
                $"Start the registry on {endpoint.Authority}, or correct the port."),
            HttpFailure.Unreachable => ("registry-unreachable",
                $"Check the network and the port of '{registry}'; behind a proxy, set HTTPS_PROXY."),
            HttpFailure.Tls when HostOf(e) is { } host && !string.Equals(host, endpoint.Host, StringComparison.OrdinalIgnoreCase) => ("registry-tls",
                $"{registry} leads to {host}, for which its certificates and --insecure-registry do not hold; name the authority of {host} with SSL_CERT_FILE."),
            HttpFailure.Tls when !endpoint.IsInsecure => ("registry-tls",
                $"If the registry has a certificate of its own, name its authority with ca: in config.yml; if you trust the network without one, add --insecure-registry {endpoint.Authority}."),
            HttpFailure.Busy => ("registry-busy", "Try again later."),
            HttpFailure.Offline => ("offline", "Do it without --offline, or take SLIPWAY_OFFLINE away."),
            _ => ("registry-failed", "Try again; if it stays so, look at the registry's log."),
        };
        return new DiagnosticException(code, e.Message, help);
    }

    /// <summary>The registry wants a login, or does not let this one do it.</summary>
    public static DiagnosticException Denied(RegistryConnection connection, string repository, bool push)
    {
        RegistryEndpoint endpoint = connection.Endpoint;
        string what = $"{endpoint.Registry}/{repository}";
        bool hasLogin = connection.Authenticator.HasLogin(repository);
        string message = hasLogin
            ? $"{endpoint.Registry} does not let your login {(push ? "push to" : "pull")} {what}."
            : $"{endpoint.Registry} lets only those who are logged in {(push ? "push to" : "pull")} {what}{(push ? "" : ", or it does not exist")}.";
        return new DiagnosticException("unauthorized", message,
            hasLogin
                ? $"Check the name, and that your login may do this; another one is made with: slipway login {endpoint.Registry}"
                : $"Check the name; if it is right, log in to the registry: slipway login {endpoint.Registry}");
    }

    /// <summary>The registry does not know this user with this password.</summary>
    public static DiagnosticException LoginRefused(RegistryEndpoint endpoint) => new(
        "login-refused", $"{endpoint.Registry} does not accept this user name and password.",
        "Check both; where two-factor login is on, an access token takes the password's place.");

    public static DiagnosticException TooLong(RegistryEndpoint endpoint, Descriptor blob) =>
        Corrupt(endpoint, $"it has more than the {blob.Size} bytes its manifest says", blob);

    public static DiagnosticException TooShort(RegistryEndpoint endpoint, Descriptor blob) =>
        Corrupt(endpoint, $"it has less than the {blob.Size} bytes its manifest says", blob);

    /// <summary>The bytes are not those of the digest.</summary>
    public static DiagnosticException Corrupt(RegistryEndpoint endpoint, string why, Descriptor blob) => new(
        "corrupt-blob", $"{endpoint.Registry} sent a wrong blob for {blob.Digest}: {why}.",
        "Nothing of it was kept. Try again; if it stays so, the image must be pushed to the registry anew.");

    /// <summary>A blob that a manifest names cannot be had.</summary>
    public static async Task<Exception> OfBlobAsync(
        HttpResponseMessage response, RegistryConnection connection, string repository, Descriptor blob, CancellationToken cancellationToken) =>
        response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Denied(connection, repository, push: false),
            HttpStatusCode.NotFound => new DiagnosticException(
                MissingBlob, $"{connection.Endpoint.Registry} does not have the blob {blob.Digest} that a manifest of {repository} names.",
                "The image in the registry is damaged; push it anew."),
            HttpStatusCode.RequestedRangeNotSatisfiable => TooShort(connection.Endpoint, blob),
            _ => await UnexpectedAsync(response, connection, $"the blob {blob.Digest.Short} of {repository}", cancellationToken),
        };

    /// <summary>
    /// A manifest was not taken. "Digest invalid" (distribution-spec, "Error Codes") passes: the digests in a manifest that was just made are right, but a registry that keeps its
    /// links to blobs in files says so while another pusher of the same blob writes one anew.
    /// </summary>
    public static async Task<Exception> OfPutManifestAsync(
        HttpResponseMessage response, RegistryConnection connection, string name, CancellationToken cancellationToken)
    {
        RegistryError? said = await SaidAsync(response, connection, cancellationToken);
        DiagnosticException problem = Unexpected(response, connection, $"the manifest of {name}", said);
        return response.StatusCode == HttpStatusCode.BadRequest && said?.Code == "DIGEST_INVALID"
            ? new HttpFailureException(HttpFailure.Busy, response.RequestMessage!.RequestUri!, problem.Diagnostics[0].Message)
            : problem;
    }

    /// <summary>An answer that nothing above fits.</summary>
    public static async Task<DiagnosticException> UnexpectedAsync(
        HttpResponseMessage response, RegistryConnection connection, string what, CancellationToken cancellationToken) =>
        Unexpected(response, connection, what, await SaidAsync(response, connection, cancellationToken));

    private static DiagnosticException Unexpected(HttpResponseMessage response, RegistryConnection connection, string what, RegistryError? said)
    {
        string text = new([.. (said?.Message ?? said?.Code ?? "").Where(IsHarmless).Take(300)]);
        return new DiagnosticException(
            "registry-failed", $"{connection.Endpoint.Registry} answered HTTP {(int)response.StatusCode} for {what}{(text.Length > 0 ? $": {text}" : "")}.");
    }

    private static string? HostOf(HttpFailureException e) => Uri.TryCreate(e.Address, UriKind.Absolute, out Uri? address) ? address.Host : null;

    // Neither controls, which steer a terminal, nor marks that turn the direction of the text around.
    private static bool IsHarmless(char c) => !char.IsControl(c) && char.GetUnicodeCategory(c) != UnicodeCategory.Format;

    /// <summary>The registry's first error (distribution-spec, "Error Codes"), or nothing.</summary>
    private static async Task<RegistryError?> SaidAsync(HttpResponseMessage response, RegistryConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using Stream body = await connection.Policy.OpenBodyAsync(response, cancellationToken);
            byte[] json = await BoundedBody.ReadAsync(body, LongestError, "The error", cancellationToken);
            return JsonSerializer.Deserialize(json, RegistryJson.Default.RegistryErrors)?.Errors is [var first, ..] ? first : null;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return null; // The status says enough; an error page need not be JSON.
        }
    }
}

internal sealed record RegistryErrors
{
    [JsonPropertyName("errors")]
    public IReadOnlyList<RegistryError>? Errors { get; init; }
}

internal sealed record RegistryError
{
    [JsonPropertyName("code")]
    public string? Code { get; init; }

    [JsonPropertyName("message")]
    public string? Message { get; init; }
}

internal sealed record TagList
{
    [JsonPropertyName("tags")]
    public IReadOnlyList<string>? Tags { get; init; }
}

[JsonSerializable(typeof(RegistryErrors))]
[JsonSerializable(typeof(TagList))]
internal sealed partial class RegistryJson : JsonSerializerContext;
