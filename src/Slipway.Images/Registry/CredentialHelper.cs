using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Images.Registry;

/// <summary>
/// A program <c>docker-credential-NAME</c> that keeps logins (the protocol of docker's credential helpers: the action is the argument, the server or the
/// login goes to its input, the answer comes from its output). What it prints is bounded, and never shown: it may hold a secret.
/// </summary>
internal sealed class CredentialHelper
{
    private const int LongestAnswer = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2); // it may ask the user to unlock a keyring
    private readonly string _program;

    /// <exception cref="DiagnosticException">The name cannot be a helper's.</exception>
    public CredentialHelper(string name)
    {
        bool isName = name.Length is > 0 and <= 100 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
        _program = isName ? "docker-credential-" + name : throw new DiagnosticException(
            "bad-credential-helper", "The credential helper in the file of logins has a name with other characters than letters, digits, '-', '_' and '.'.",
            "Correct credsStore or credHelpers in config.json.");
    }

    /// <summary>The login it keeps for a registry, or null.</summary>
    public async Task<RegistryLogin?> GetAsync(string registry, CancellationToken cancellationToken)
    {
        (int code, byte[] answer) = await RunAsync("get", Encoding.UTF8.GetBytes(Server(registry)), cancellationToken);
        if (code != 0)
        {
            return Encoding.UTF8.GetString(answer).Contains("not found", StringComparison.OrdinalIgnoreCase) ? null : throw Failed("get");
        }

        try
        {
            HelperLogin? login = JsonSerializer.Deserialize(answer, HelperJson.Default.HelperLogin);
            return login is not { Secret.Length: > 0 } ? null
                : login.Username == "<token>" ? new RegistryLogin("", "") { IdentityToken = login.Secret }
                : new RegistryLogin(login.Username ?? "", login.Secret);
        }
        catch (JsonException)
        {
            throw Failed("get");
        }
    }

    public async Task StoreAsync(string registry, RegistryLogin login, CancellationToken cancellationToken)
    {
        var entry = new HelperLogin
        {
            ServerUrl = Server(registry),
            Username = login.IdentityToken is null ? login.User : "<token>",
            Secret = login.IdentityToken ?? login.Password,
        };
        if ((await RunAsync("store", JsonSerializer.SerializeToUtf8Bytes(entry, HelperJson.Default.HelperLogin), cancellationToken)).Code != 0)
        {
            throw Failed("store");
        }
    }

    /// <summary>Forgets the login; one that is not there needs no forgetting.</summary>
    public async Task EraseAsync(string registry, CancellationToken cancellationToken)
    {
        (int code, byte[] answer) = await RunAsync("erase", Encoding.UTF8.GetBytes(Server(registry)), cancellationToken);
        if (code != 0 && !Encoding.UTF8.GetString(answer).Contains("not found", StringComparison.OrdinalIgnoreCase))
        {
            throw Failed("erase");
        }
    }

    private static string Server(string registry) => registry == ImageReference.DefaultRegistry ? AuthFile.DockerHubKey : registry;

    private async Task<(int Code, byte[] Answer)> RunAsync(string action, byte[] input, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        using Process process = Start(action);
        try
        {
            Task<byte[]> output = ReadAsync(process.StandardOutput.BaseStream, patience.Token);
            Task<byte[]> errors = ReadAsync(process.StandardError.BaseStream, patience.Token);
            await WriteAsync(process, input, patience.Token);
            byte[] answer = await output;
            byte[] complaint = await errors;
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, process.ExitCode == 0 ? answer : [.. answer, .. complaint]);
        }
        catch (Exception e) when (e is InvalidDataException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw Failed(action);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private Process Start(string action)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(_program, [action])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception e)
        {
            throw new DiagnosticException("no-credential-helper", $"{_program}, which keeps the logins by config.json, cannot be started: {e.Message}",
                "Install it, or remove credsStore or credHelpers from config.json.");
        }
    }

    private static async Task WriteAsync(Process process, byte[] input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code says the rest.
        }
    }

    private static Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellationToken) =>
        BoundedBody.ReadAsync(stream, LongestAnswer, "The helper's answer", cancellationToken);

    private DiagnosticException Failed(string action) => new(
        "credential-helper-failed", $"{_program} {action} failed.", $"Try it by hand: echo SERVER | {_program} get");
}

internal sealed record HelperLogin
{
    [JsonPropertyName("ServerURL")]
    public string? ServerUrl { get; init; }

    [JsonPropertyName("Username")]
    public string? Username { get; init; }

    [JsonPropertyName("Secret")]
    public string? Secret { get; init; }
}

[JsonSerializable(typeof(HelperLogin))]
internal sealed partial class HelperJson : JsonSerializerContext;
