namespace Slipway.Dockerfile;

/// <summary>The value of <c>--chmod</c>: octal or symbolic such as <c>u=rwX,go=rX</c>.</summary>
public sealed class ChmodSpec
{
    /// <exception cref="FormatException">Neither octal nor symbolic.</exception>
    public static ChmodSpec Parse(string value) => throw new NotImplementedException();

    /// <summary>The new permission bits (with setuid, setgid, sticky) of an entry that has <paramref name="mode"/>.</summary>
    public int Apply(int mode, bool isDirectory) => throw new NotImplementedException();
}
