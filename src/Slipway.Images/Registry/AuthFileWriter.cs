using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Foundation.Files;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Images.Registry;

/// <summary>
/// Keeps and forgets logins in a file of logins, or in the credential helper it names. Everything else in the file stays; it is replaced whole,
/// and only its owner may read it. Two that write at once wait for each other.
/// </summary>
public sealed class AuthFileWriter(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly JsonWriterOptions AsDocker = new()
    {
        Indented = true,
        IndentCharacter = '\t',
        IndentSize = 1,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>Keeps a login.</summary>
    /// <param name="key"><c>host[:port][/namespace…]</c>.</param>
    /// <param name="login">Who.</param>
    /// <param name="cancellationToken">Ends the wait for others and for the helper.</param>
    /// <returns>Whether a helper keeps it; otherwise it lies in the file, readable for its owner.</returns>
    /// <exception cref="DiagnosticException">The file is broken or cannot be written, or the helper fails.</exception>
    public async Task<bool> KeepAsync(string key, RegistryLogin login, CancellationToken cancellationToken)
    {
        bool byHelper = false;
        await ChangeAsync(
            async root =>
            {
                var entry = new JsonObject();
                if (AuthFile.TryRead(path)?.HelperOf(key) is { } helper)
                {
                    await new CredentialHelper(helper).StoreAsync(key, login, cancellationToken);
                    byHelper = true;
                }
                else
                {
                    entry["auth"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login.User}:{login.Password}"));
                    if (login.IdentityToken is { } token)
                    {
                        entry["identitytoken"] = token;
                    }
                }

                JsonObject auths = root["auths"] as JsonObject ?? [];
                root["auths"] = auths;
                foreach (string old in KeysOf(auths, key))
                {
                    auths.Remove(old);
                }

                auths[key == ImageReference.DefaultRegistry ? AuthFile.DockerHubKey : key] = entry;
                return true;
            },
            cancellationToken);
        return byHelper;
    }

    /// <summary>Forgets a login, in the helper too.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="DiagnosticException">The file is broken or cannot be written, or the helper fails.</exception>
    public async Task<bool> ForgetAsync(string key, CancellationToken cancellationToken)
    {
        if (AuthFile.TryRead(path) is not { } file)
        {
            return false;
        }

        bool was = false;
        if (file.HelperOf(key) is { } name)
        {
            var helper = new CredentialHelper(name);
            was = await helper.GetAsync(key, cancellationToken) is not null;
            await helper.EraseAsync(key, cancellationToken);
        }

        await ChangeAsync(
            root =>
            {
                string[] keys = root["auths"] is JsonObject auths ? KeysOf(auths, key) : [];
                foreach (string old in keys)
                {
                    ((JsonObject)root["auths"]!).Remove(old);
                }

                was |= keys.Length > 0;
                return Task.FromResult(keys.Length > 0);
            },
            cancellationToken);
        return was;
    }

    private static string[] KeysOf(JsonObject auths, string key) =>
        [.. auths.Select(pair => pair.Key).Where(k => string.Equals(AuthFile.Normalize(k), key, StringComparison.OrdinalIgnoreCase))];

    private async Task ChangeAsync(Func<JsonObject, Task<bool>> change, CancellationToken cancellationToken)
    {
        try
        {
            // The file may be a link into a folder of settings; the link stays.
            string target = (File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? path;
            Directory.CreateDirectory(
                System.IO.Path.GetDirectoryName(target)!, OwnerOnly | UnixFileMode.UserExecute);
            string gate = target + ".lock";
            using FileLock held = await FileLock.AcquireAsync(gate, exclusive: true, cancellationToken);
            byte[] old = File.Exists(target) ? await File.ReadAllBytesAsync(target, cancellationToken) : [];
            JsonObject root = old.AsSpan().Trim(" \t\r\n"u8).IsEmpty ? [] : JsonNode.Parse(old) as JsonObject ?? throw new JsonException("it is no JSON object");
            try
            {
                if (await change(root))
                {
                    Replace(target, root);
                }
            }
            finally
            {
                File.Delete(gate);
            }
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or LinuxException)
        {
            throw new DiagnosticException("bad-docker-config", $"The login cannot be kept in {path}: {e.Message.TrimEnd('.')}",
                "Mend the file, or set DOCKER_CONFIG to another folder.");
        }
    }

    private static void Replace(string target, JsonObject root)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, AsDocker))
        {
            root.WriteTo(writer);
        }

        bytes.WriteByte((byte)'\n');
        AtomicFile.Write(target, bytes.GetBuffer().AsSpan(0, (int)bytes.Length), OwnerOnly);
    }
}
