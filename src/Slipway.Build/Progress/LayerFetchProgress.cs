using Slipway.Foundation.Files;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.Images.SharedCache;
using Slipway.Images.Store;

namespace Slipway.Build.Progress;

/// <summary>
/// Shows the layers of base images that are fetched while a build runs. All that come from one image at the same time are one step.
/// </summary>
/// <param name="fetcher">Fetches.</param>
/// <param name="progress">Hears of it.</param>
/// <param name="nextStep">Gives step numbers.</param>
/// <param name="clock">Measures.</param>
public sealed class LayerFetchProgress(BlobFetcher fetcher, IBuildProgress progress, Func<StepId> nextStep, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Fetching> _running = [];

    /// <summary>As the fetcher, which it replaces.</summary>
    public async Task<Stream> FetchAsync(Descriptor blob, string origin, CancellationToken cancellationToken)
    {
        Fetching fetching = Begin(origin);
        try
        {
            return new ObservedStream(await fetcher(blob, origin, cancellationToken), this, fetching, blob);
        }
        catch (Exception e)
        {
            End(fetching, e);
            throw;
        }
    }

    private Fetching Begin(string origin)
    {
        lock (_gate)
        {
            if (!_running.TryGetValue(origin, out Fetching? fetching))
            {
                string name = ImageReference.TryParse(origin, out ImageReference? reference) ? reference.Familiar : CacheOrigins.Describe(origin);
                _running[origin] = fetching = new Fetching(origin, nextStep(), clock.GetTimestamp());
                progress.Report(new StepStarted(fetching.Step, $"fetching layers of {name}"));
            }

            fetching.Open++;
            return fetching;
        }
    }

    private void End(Fetching fetching, Exception? failure)
    {
        lock (_gate)
        {
            fetching.Failure ??= failure;
            if (--fetching.Open > 0)
            {
                return;
            }

            _running.Remove(fetching.Origin);
            TimeSpan duration = clock.GetElapsedTime(fetching.Started);
            progress.Report(fetching.Failure switch
            {
                null => new StepFinished(fetching.Step, duration),
                OperationCanceledException or BlobElsewhereException => new StepCancelled(fetching.Step),
                DiagnosticException e => new StepFailed(fetching.Step, duration, e.Diagnostics[0].Message),
                var e => new StepFailed(fetching.Step, duration, e.Message),
            });
        }
    }

    private sealed class Fetching(string origin, StepId step, long started)
    {
        public string Origin => origin;

        public StepId Step => step;

        public long Started => started;

        public int Open { get; set; }

        public Exception? Failure { get; set; }
    }

    private sealed class ObservedStream(Stream inner, LayerFetchProgress owner, Fetching fetching, Descriptor blob) : ForwardStream
    {
        private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
        private readonly long _total = blob.Size;
        private long _done, _reported;
        private Exception? _failure;
        private bool _ended;

        public override long Position
        {
            get => _done;
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return Count(await inner.ReadAsync(buffer, cancellationToken));
            }
            catch (Exception e)
            {
                _failure = e;
                throw;
            }
        }

        public override int Read(Span<byte> buffer)
        {
            try
            {
                return Count(inner.Read(buffer));
            }
            catch (Exception e)
            {
                _failure = e;
                throw;
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing && !_ended)
            {
                _ended = true;
                inner.Dispose();
                owner.End(fetching, _failure);
            }

            base.Dispose(disposing);
        }

        private int Count(int read)
        {
            _done += read;
            if (_done == _total || owner.Elapsed(_reported) >= Interval)
            {
                _reported = owner.Report(fetching.Step, blob, _done);
            }

            return read;
        }
    }

    private TimeSpan Elapsed(long since) => clock.GetElapsedTime(since);

    private long Report(StepId step, Descriptor blob, long done)
    {
        progress.Report(new StepTransfer(step, blob.Digest.Short, done, blob.Size));
        return clock.GetTimestamp();
    }
}
