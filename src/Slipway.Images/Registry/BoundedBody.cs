namespace Slipway.Images.Registry;

/// <summary>Reads answers that must be small, because a hostile server could send any amount.</summary>
public static class BoundedBody
{
    /// <exception cref="InvalidDataException">There are more bytes than <paramref name="limit"/>.</exception>
    public static async Task<byte[]> ReadAsync(Stream body, int limit, string what, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (content.Length + read > limit)
            {
                throw new InvalidDataException($"{what} has more than {limit} bytes.");
            }

            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }
}
