using System.Collections.Concurrent;
using Slipway.Foundation.Text;
using Slipway.Images.Registry;
using Slipway.PyPi.Wheels;

namespace Slipway.Cli.Commands.Pip;

/// <summary>Wheels that are here and checked, with what has to be known to install them.</summary>
internal sealed class FetchedWheels : IDisposable
{
    private readonly TemporaryFolder _temporary;

    private FetchedWheels(TemporaryFolder temporary, IReadOnlyList<WheelInput> inputs, int threads) => (_temporary, Inputs, Threads) = (temporary, inputs, threads);

    public IReadOnlyList<WheelInput> Inputs { get; }

    /// <summary>How many of them are written at once.</summary>
    public int Threads { get; }

    /// <param name="session">Where they come from.</param>
    /// <param name="wheels">The wheels.</param>
    /// <param name="heal">Whether a RECORD may be wrong.</param>
    /// <param name="progress">Is told of what comes over the network.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">One cannot be had, is damaged, or is another one than was expected.</exception>
    public static async Task<FetchedWheels> FetchAsync(PipSession session, IReadOnlyList<PipWheel> wheels, bool heal, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var temporary = new TemporaryFolder(session.Store);
        IReadOnlyList<WheelArchive> archives = [];
        try
        {
            var moved = new ConcurrentDictionary<string, long>();
            var fetcher = new WheelFetcher(session.Archives, temporary.Path)
            {
                Shares = true,
                Heal = heal,
                Moved = (source, count) => progress?.Report(new TransferProgress(source.FileName, moved.AddOrUpdate(source.FileName, count, (_, sum) => sum + count), source.Size)),
            };
            archives = await fetcher.FetchAsync([.. wheels.Select(w => w.Source)], cancellationToken);
            return new FetchedWheels(temporary, [.. wheels.Zip(archives, InputOf)], fetcher.Threads);
        }
        catch
        {
            Dispose(archives, temporary);
            throw;
        }
    }

    public void Dispose() => Dispose(Inputs.Select(i => i.Wheel), _temporary);

    private static void Dispose(IEnumerable<WheelArchive> archives, TemporaryFolder temporary)
    {
        foreach (WheelArchive archive in archives)
        {
            archive.Dispose();
        }

        temporary.Dispose();
    }

    private static WheelInput InputOf(PipWheel wheel, WheelArchive archive)
    {
        string found = $"{archive.Name.Project} {archive.Name.Version}";
        return found == wheel.Expected || archive.Name.Project.Value == wheel.Expected
            ? new WheelInput(archive) { IsRequested = wheel.IsRequested, DirectUrl = wheel.Origin }
            : throw new DiagnosticException("wrong-wheel", $"{wheel.Source.FileName} is {found}, and {wheel.Expected} was expected.", "Make the lock again.");
    }
}
