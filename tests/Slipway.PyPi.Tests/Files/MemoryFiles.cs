using System.Text;
using Slipway.Foundation.Text;
using Slipway.PyPi.Files;

namespace Slipway.PyPi.Tests.Files;

/// <summary>A folder in memory.</summary>
internal sealed class MemoryFiles(IReadOnlyDictionary<string, byte[]> files) : IProjectFiles
{
    public MemoryFiles(params (string Path, string Text)[] files)
        : this(files.ToDictionary(f => f.Path, f => Encoding.UTF8.GetBytes(f.Text)))
    {
    }

    public byte[]? Read(string path) => files.GetValueOrDefault(path);

    public Stream? Open(string path) => Read(path) is { } content ? new MemoryStream(content) : null;

    public bool IsFile(string path) => files.ContainsKey(path);

    public bool IsFolder(string path) => path.Length == 0 || files.Keys.Any(f => f.StartsWith(path + "/", StringComparison.Ordinal));

    /// <summary>Reads a requirements file of it.</summary>
    public async Task<(RequirementsFile File, IReadOnlyList<Diagnostic> Problems)> RequirementsAsync(string path, bool asConstraints = false, IReadOnlyDictionary<string, string>? variables = null)
    {
        List<Diagnostic> problems = [];
        RequirementsFile file = await new RequirementsFileReader(this, name => variables?.GetValueOrDefault(name)).ReadAsync(path, asConstraints, problems, TestContext.Current.CancellationToken);
        return (file, problems);
    }
}
