using System.Security.Cryptography;
using System.Text;
using Slipway.PyPi.Wheels;

namespace Slipway.PyPi.Tests.Wheels;

/// <summary>A wheel in the making; right unless a test says otherwise.</summary>
internal sealed class WheelBuilder(string name, string version = "1.0", string tags = "py3-none-any")
{
    private readonly List<(string Path, byte[] Bytes, bool IsExecutable)> _files = [];

    public string FileName { get; init; } = $"{name}-{version}-{tags}.whl";

    public string Info => $"{name}-{version}.dist-info";

    public string? Record { get; set; }

    public Func<string, string>? ChangeRecord { get; set; }

    public bool WritesDescriptors { get; set; }

    public Action<ZipWriter>? Change { get; set; }

    public bool IsPurelib { get; init; } = true;

    public WheelBuilder File(string path, string text, bool isExecutable = false) => File(path, Encoding.UTF8.GetBytes(text), isExecutable);

    public WheelBuilder File(string path, byte[] bytes, bool isExecutable = false)
    {
        _files.Add((path, bytes, isExecutable));
        return this;
    }

    public string Write(string folder)
    {
        if (!_files.Any(file => file.Path == $"{Info}/WHEEL"))
        {
            File($"{Info}/WHEEL", $"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: {(IsPurelib ? "true" : "false")}\nTag: {tags}\n");
        }

        if (!_files.Any(file => file.Path == $"{Info}/METADATA"))
        {
            File($"{Info}/METADATA", $"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nA test.\n");
        }

        string record = Record ?? RecordFile.Write(_files.Where(file => !file.Path.EndsWith('/')).Select(file => RecordLine.Of(file.Path, Convert.ToHexStringLower(SHA256.HashData(file.Bytes)), file.Bytes.Length))
            .Append(new RecordLine($"{Info}/RECORD", "", "")));
        record = ChangeRecord?.Invoke(record) ?? record;
        var zip = new ZipWriter();
        foreach ((string path, byte[] bytes, bool isExecutable) in _files)
        {
            zip.Add(path, bytes, path.EndsWith('/') ? 0x41EDu : isExecutable ? 0x81EDu : 0x81A4u, deflate: !path.EndsWith('/') && bytes.Length > 3, descriptor: WritesDescriptors && !path.EndsWith('/'));
        }

        if (record != "-")
        {
            zip.Add($"{Info}/RECORD", record);
        }

        Change?.Invoke(zip);
        string target = Path.Combine(folder, FileName);
        System.IO.File.WriteAllBytes(target, zip.ToBytes());
        return target;
    }
}
