using System.Text;
using Slipway.Conda.Versions;

namespace Slipway.Conda.Channels.Repodata;

/// <summary>The versions met so far: a channel has each of them many times, and equal texts are then the same object.</summary>
internal sealed class VersionTable
{
    private readonly Utf8Table _texts = new();
    private readonly List<CondaVersion?> _versions = [];

    /// <summary>The version, or null when it is none.</summary>
    public CondaVersion? Get(ReadOnlySpan<byte> text)
    {
        int number = _texts.Add(text);
        if (number == _versions.Count)
        {
            _versions.Add(CondaVersion.TryParse(Encoding.UTF8.GetString(text), out CondaVersion? version) ? version : null);
        }

        return _versions[number];
    }
}
