namespace Slipway.PyPi.Tags;

/// <summary>A Python that was found in a root file system.</summary>
public sealed record BasePython
{
    /// <summary>What packages for it are chosen for.</summary>
    public required PythonTarget Target { get; init; }

    /// <summary>How programs call it: the path that was found, links not followed (<c>/usr/bin/python3</c>). A virtual environment's is the one inside it.</summary>
    public required string Executable { get; init; }

    /// <summary>The program itself, links followed (<c>/usr/bin/python3.11</c>).</summary>
    public required string Program { get; init; }

    /// <summary>The folder above <c>bin</c>: where it is installed, or its virtual environment.</summary>
    public required string Prefix { get; init; }

    /// <summary>Whether <see cref="Prefix"/> is a virtual environment.</summary>
    public bool IsVirtualEnvironment { get; init; }

    /// <summary>The folder of the standard library: <c>/usr/lib/python3.11</c>.</summary>
    public required string StandardLibrary { get; init; }

    /// <summary>Whether the distribution manages its packages (PEP 668): <c>EXTERNALLY-MANAGED</c> lies beside the standard library, and it is no virtual environment.</summary>
    public bool IsExternallyManaged { get; init; }

    /// <summary><c>ID</c> and <c>VERSION_ID</c> of os-release(5), such as <c>debian 12</c>; null: the image does not say.</summary>
    public string? Distribution { get; init; }
}
