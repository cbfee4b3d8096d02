using System.Text;

namespace Slipway.PyPi.Tags;

/// <summary>The texts in a program: a C library and an interpreter have their version in them, and saying it is all that they cannot be asked for without being run.</summary>
internal static class BinaryText
{
    private const int Longest = 160;

    /// <summary>What <paramref name="select"/> makes of the texts between bytes that are no text; nulls are left out.</summary>
    public static async Task<List<T>> FindAsync<T>(Stream file, Func<string, T?> select, CancellationToken cancellationToken)
        where T : class
    {
        List<T> found = [];
        byte[] piece = new byte[128 * 1024], run = new byte[Longest];
        int length = 0;
        for (int read; (read = await file.ReadAsync(piece, cancellationToken)) > 0;)
        {
            foreach (byte b in piece.AsSpan(0, read))
            {
                if (b is >= 0x20 and < 0x7f)
                {
                    if (length < Longest)
                    {
                        run[length] = b;
                    }

                    length++;
                }
                else
                {
                    End();
                }
            }
        }

        End();
        return found;

        void End()
        {
            if (length is >= 4 and <= Longest && run.AsSpan(0, length).ContainsAnyInRange((byte)'0', (byte)'9') && select(Encoding.ASCII.GetString(run, 0, length)) is { } value)
            {
                found.Add(value);
            }

            length = 0;
        }
    }
}
