using System.Runtime.InteropServices;

namespace Slipway.Conda.Channels.Repodata;

/// <summary>Where one record lies in the JSON of a channel. It is written to the index file as it lies in memory.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct RecordEntry
{
    /// <summary>Where the record's object begins.</summary>
    public long Start;

    /// <summary>How many bytes the object has.</summary>
    public int Length;

    /// <summary>How far before <see cref="Start"/> the text of its key begins.</summary>
    public int KeyDistance;

    /// <summary>Bytes of the key.</summary>
    public int KeyLength;

    /// <summary>What to add to the key to have a file name: 0 nothing, 1 <c>.conda</c>, 2 <c>.tar.bz2</c> (repodata v3 leaves it out).</summary>
    public int Ending;
}
