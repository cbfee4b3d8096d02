namespace Slipway.Images.Registry;

/// <summary>How far one transfer is.</summary>
/// <param name="Item">A short name, the same in all reports of the transfer, such as the first twelve digits of a digest.</param>
/// <param name="Done">Bytes so far in total.</param>
/// <param name="Total">Bytes there will be, or null when unknown.</param>
public readonly record struct TransferProgress(string Item, long Done, long? Total);
