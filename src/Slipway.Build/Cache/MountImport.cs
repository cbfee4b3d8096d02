using Slipway.Build.Progress;
using Slipway.Build.Scheduling;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;

namespace Slipway.Build.Cache;

/// <summary>Fills the folder of a cache mount that is used for the first time from a shared cache that has it.</summary>
internal sealed class MountImport(BuildSession session)
{
    public bool IsPossible => session.SharedCaches.WithMounts.Any() && session.Store.Blobs.Fetcher is not null;

    /// <returns>Whether the folder was filled; if not, it is as empty as before.</returns>
    public async Task<bool> FillAsync(string id, string folder, CancellationToken cancellationToken)
    {
        if (await session.SharedCaches.FindMountAsync(MountExport.KeyOf(id), cancellationToken) is not { Entry.Layers: [var layer] } hit)
        {
            return false;
        }

        try
        {
            Stream tar = await session.Store.Blobs.Fetcher!(layer.Blob, hit.Cache.Origin, cancellationToken);
            var options = new UnpackOptions { Expected = layer.DiffId, Name = $"cache mount {id}", IgnoreOwnerErrors = session.Store.Layers.IgnoreOwnerErrors };
            await TreeUnpacker.UnpackAsync(tar, folder, options, cancellationToken);
            session.Progress.Report(new BuildNote($"filled the cache mount {id} from {hit.Cache.Name}"));
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or DiagnosticException)
        {
            session.SharedCaches.Damaged(hit);
            session.SharedCaches.Warn(
                "damaged-cache", $"the cache mount {id} is not taken from {hit.Cache.Name}: {(e is DiagnosticException d ? d.Diagnostics[0].Message : e.Message)}");
            DirectoryHandle.RemoveTreeAt(folder);
            Directory.CreateDirectory(folder);
            return false;
        }
    }
}
