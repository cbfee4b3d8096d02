namespace Slipway.Build.Operations;

/// <summary>Removes scratch folders that commands of a container filled: read-only directories included.</summary>
internal static class StoreFolder
{
    public static void Remove(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // taken over as a layer's tree already
        }
    }
}
