using System.Text.Json;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Images.Registry;

/// <summary>Checks what a registry gave as a manifest before anything of it is used.</summary>
internal static class ManifestCheck
{
    /// <exception cref="DiagnosticException">The digest is not the one asked for, or it is no manifest this program can use.</exception>
    public static FetchedManifest Run(string registry, string repository, string reference, string? declaredType, byte[] bytes)
    {
        Digest digest = Digest.Of(bytes);
        if (Digest.TryParse(reference, out Digest asked))
        {
            // Of a sha512 reference only the name is checked by the registry; this program would have to compute it.
            digest = asked.Algorithm == "sha256" ? digest : Sha512(bytes);
            if (digest != asked)
            {
                throw new DiagnosticException(
                    "corrupt-blob", $"{registry} sent a wrong manifest for {repository}@{asked}: its digest is {digest}.",
                    "Try again; if it stays so, the image must be pushed to the registry anew.");
            }
        }

        string? mediaType = MediaTypeIn(bytes) ?? declaredType;
        if (mediaType is null || !(MediaTypes.IsIndex(mediaType) || MediaTypes.IsManifest(mediaType)))
        {
            throw new DiagnosticException(
                "unknown-manifest", $"{repository}:{reference} at {registry} is of the type '{mediaType}', which is no image this program knows.",
                mediaType?.Contains("manifest.v1", StringComparison.Ordinal) == true
                    ? "It is in Docker's old format (schema 1). Pull and push it with a newer Docker, which converts it."
                    : null);
        }

        return new FetchedManifest(new Descriptor(mediaType, digest, bytes.Length), bytes);
    }

    // The document's own word counts more than the header, which has no digest; without it the header or the fields tell.
    private static string? MediaTypeIn(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            JsonElement root = document.RootElement;
            return root.ValueKind != JsonValueKind.Object ? throw new InvalidDataException("The manifest is not a JSON object.")
                : root.TryGetProperty("mediaType", out JsonElement type) && type.ValueKind == JsonValueKind.String ? type.GetString()
                : root.TryGetProperty("manifests", out _) ? MediaTypes.OciIndex
                : root.TryGetProperty("config", out _) ? MediaTypes.OciManifest
                : null;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("The manifest is not JSON.", e);
        }
    }

    private static Digest Sha512(byte[] bytes) =>
        Digest.Parse("sha512:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA512.HashData(bytes)));
}
