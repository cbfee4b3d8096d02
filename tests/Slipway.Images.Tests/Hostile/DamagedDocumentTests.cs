using System.Text;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Testing;

namespace Slipway.Images.Tests.Hostile;

/// <summary>Damaged manifests, indexes, configurations and names are read or refused; a document that was read can be written.</summary>
public sealed class DamagedDocumentTests
{
    private const string Digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static readonly byte[] s_manifest = Encoding.UTF8.GetBytes($$$$"""
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{{{Digest}}}}","size":7023,"annotations":{"a":"b"}},
        "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{{{{Digest}}}}","size":32654,"urls":["https://x/y"]},{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{{{Digest}}}}","size":1}],"annotations":{"c":"d"}}
        """);

    private static readonly byte[] s_index = Encoding.UTF8.GetBytes($$$$"""
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{{{{Digest}}}}","size":7143,
        "platform":{"architecture":"arm64","os":"linux","variant":"v8","os.features":["x"]},"annotations":{"org.opencontainers.image.ref.name":"a/b:c"}}]}
        """);

    private static readonly byte[] s_config = Encoding.UTF8.GetBytes($$$$"""
        {"created":"2015-10-31T22:22:56.015925234Z","author":"A","architecture":"amd64","os":"linux","config":{"User":"a:b","ExposedPorts":{"80/tcp":{}},"Env":["A=b"],"Entrypoint":["/x"],"Cmd":["y"],
        "Volumes":{"/v":{}},"WorkingDir":"/w","Labels":{"l":"m"},"StopSignal":"SIGTERM","Healthcheck":{"Test":["CMD","x"],"Interval":1000000000},"OnBuild":["RUN x"],"Shell":["/bin/sh"]},
        "rootfs":{"diff_ids":["{{{{Digest}}}}"],"type":"layers"},"history":[{"created":"2015-10-31T22:22:54Z","created_by":"x","empty_layer":true}]}
        """);

    [Fact]
    public void A_damaged_manifest_is_read_or_refused() =>
        Try(s_manifest, s_index, 6000, json => ImageJson.Write(ImageJson.ReadManifest(json)));

    [Fact]
    public void A_damaged_index_is_read_or_refused() =>
        Try(s_index, s_config, 6000, json => ImageJson.Write(ImageJson.ReadIndex(json)));

    [Fact]
    public void A_damaged_configuration_is_read_or_refused() =>
        Try(s_config, s_manifest, 6000, json => ImageJson.Write(ImageJson.ReadConfig(json)));

    [Fact]
    public void A_damaged_challenge_is_read_or_refused() =>
        Try("""Bearer realm="https://auth.example/token",service="registry",scope="repository:a/b:pull,push" """u8.ToArray(), "Basic realm=x, Bearer a=\"\\\"\""u8.ToArray(), 6000,
            text =>
            {
                using var response = new HttpResponseMessage();
                response.Headers.TryAddWithoutValidation("WWW-Authenticate", Encoding.Latin1.GetString(text));
                _ = AuthChallenge.Read(response.Headers);
            });

    [Fact]
    public void A_damaged_name_is_read_and_printed_as_it_was_or_refused() =>
        Try(Encoding.UTF8.GetBytes($"registry.example:5000/group/name:tag@{Digest}"), "a/b__c:1"u8.ToArray(), 6000, text =>
        {
            ImageReference reference = ImageReference.Parse(Encoding.UTF8.GetString(text));
            Assert.Equal(reference, ImageReference.Parse(reference.ToString()));
            Assert.DoesNotContain(reference.ToString(), char.IsControl);
        });

    private static void Try(byte[] valid, byte[] other, int count, Action<byte[]> read)
    {
        read(valid);
        foreach (int seed in Mutations.Seeds(count))
        {
            byte[] damaged = new Mutations(seed).Damage(valid, other);
            try
            {
                read(damaged);
            }
            catch (Exception e) when (e is DiagnosticException or InvalidDataException)
            {
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.GetType().Name}: {e.Message}\n{Encoding.Latin1.GetString(damaged)}", e);
            }
        }
    }
}
