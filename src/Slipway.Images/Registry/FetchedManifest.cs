using Slipway.Images.Model;

namespace Slipway.Images.Registry;

/// <summary>A manifest or index as a registry holds it, checked against the digest it was asked by.</summary>
public sealed record FetchedManifest(Descriptor Descriptor, ReadOnlyMemory<byte> Bytes);
