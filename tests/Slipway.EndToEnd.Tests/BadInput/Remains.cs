using System.Security.Cryptography;

namespace Slipway.EndToEnd.Tests.BadInput;

/// <summary>What a command that failed may leave behind: nothing.</summary>
internal static class Remains
{
    /// <summary>The name that commands which have to fail are told to give.</summary>
    public const string Never = "never-made";

    /// <summary>A build that is refused with these words, and leaves nothing.</summary>
    public static async Task<Outcome> RefuseAsync(this Cli store, string context, params string[] words)
    {
        var build = await store.RunAsync(1, "build", "-t", Never, context);
        Assert.All(words, word => Assert.Contains(word, build.Error, StringComparison.Ordinal));
        await store.AssertNothingLeftAsync();
        return build;
    }

    /// <summary>No name, no unfinished file, no blob that is not what its name says.</summary>
    public static async Task AssertNothingLeftAsync(this Cli store)
    {
        Assert.DoesNotContain(Never, (await store.RunAsync("images")).Out, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(store.Store, "tmp-v1")));
        foreach (var blob in Directory.GetFiles(Path.Combine(store.Store, "blobs", "sha256")))
        {
            await using var content = File.OpenRead(blob);
            Assert.Equal(Path.GetFileName(blob), Convert.ToHexStringLower(await SHA256.HashDataAsync(content, TestContext.Current.CancellationToken)));
        }
    }
}
