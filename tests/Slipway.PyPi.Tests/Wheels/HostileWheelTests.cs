using System.Buffers.Binary;
using Slipway.Foundation.Text;
using Slipway.PyPi.Wheels;
using Slipway.Testing;

namespace Slipway.PyPi.Tests.Wheels;

public sealed class HostileWheelTests : IDisposable
{
    private readonly WheelWorld _world = new();

    public void Dispose() => _world.Dispose();

    public static TheoryData<string, string> Tricks => new()
    {
        { "link", "hostile" }, { "device", "hostile" }, { "twice", "hostile" }, { "absolute", "hostile" }, { "up", "hostile" }, { "backslash", "hostile" }, { "dot", "hostile" }, { "control", "hostile" },
        { "file and folder", "hostile" }, { "other local name", "hostile" }, { "other local size", "hostile" }, { "other local method", "hostile" }, { "trailing", "damaged" }, { "front", "damaged" }, { "gap", "damaged" },
        { "two ends", "damaged" }, { "end in comment", "damaged" }, { "count", "damaged" }, { "encrypted", "damaged" }, { "method", "damaged" }, { "latin name", "damaged" }, { "second name", "hostile" },
        { "too short", "damaged" }, { "too long", "damaged" }, { "bomb", "bomb" }, { "wrong descriptor", "hostile" },
    };

    [Theory]
    [MemberData(nameof(Tricks))]
    public void A_trick_of_the_archive_is_refused(string trick, string code)
    {
        WheelBuilder builder = new WheelBuilder("tool") { Change = zip => Play(trick, zip) }.File("tool.py", "x = 1\n");
        string path = builder.Write(_world.Wheels);
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, trick switch
        {
            "trailing" => [.. bytes, 0],
            "front" => [0, .. bytes],
            "two ends" => [.. bytes, .. bytes[^22..]],
            _ => bytes,
        });
        var refused = Assert.Throws<DiagnosticException>(() => _world.Open(path, heal: true));
        Assert.Equal(code switch { "hostile" => "hostile-wheel", "bomb" => "decompression-bomb", _ => "damaged-wheel" }, refused.Diagnostics[0].Code);
        Assert.Contains("tool-1.0-py3-none-any.whl", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Sizes_may_stand_behind_the_members(bool descriptors)
    {
        var builder = new WheelBuilder("tool") { WritesDescriptors = descriptors };
        Assert.Contains(_world.Open(builder.File("tool.py", "x = 1\n")).Listing.Files, file => file.Path == "tool.py");
    }

    [Theory]
    [InlineData("file")]
    [InlineData("pipe")]
    [InlineData("zip64")]
    public async Task Archives_that_Python_writes_are_read(string how)
    {
        if (Tool.Find("python3") is null)
        {
            Assert.Skip("python3 is not installed");
        }

        const string Script = """
            import sys, zipfile, io
            source, target, how = sys.argv[1:]
            class Pipe(io.RawIOBase):
                def __init__(self, f): self.f = f
                def writable(self): return True
                def write(self, b): return self.f.write(b)
            with open(target, "wb") as f, zipfile.ZipFile(source) as old, zipfile.ZipFile(Pipe(f) if how == "pipe" else f, "w", zipfile.ZIP_DEFLATED) as new:
                for item in old.infolist():
                    with new.open(item.filename, "w", force_zip64=how == "zip64") as m:
                        m.write(old.read(item))
            """;
        string path = new WheelBuilder("tool").File("tool.py", "x = 1\n").File("é/ü.py", "").Write(_world.Wheels);
        string target = Path.Combine(Directory.CreateDirectory(_world["other"]).FullName, Path.GetFileName(path));
        await Tool.RunAsync("python3", ["-c", Script, path, target, how], WheelWorld.Token);
        Assert.Contains(_world.Open(target).Listing.Files, file => file.Path == "é/ü.py");
    }

    [Theory]
    [InlineData("tool-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: other\nVersion: 1.0\n", "wrong-wheel")]
    [InlineData("tool-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tool\nVersion: 1.1\n", "wrong-wheel")]
    [InlineData("tool-1.0.dist-info/WHEEL", "Wheel-Version: 2.0\n", "wheel-version")]
    [InlineData("tool-1.0.dist-info/WHEEL", "Generator: x\n", "damaged-wheel")]
    [InlineData("tool-1.0.data/other/x", "x", "wheel-scheme")]
    [InlineData("other-1.0.data/data/x", "x", "wrong-wheel")]
    [InlineData("other-1.0.dist-info/x", "x", "damaged-wheel")]
    [InlineData("tool-1.0.dist-info/entry_points.txt", "[console_scripts]\n../../x = a:b\n", "damaged-wheel")]
    [InlineData("tool-1.0.dist-info/entry_points.txt", "[console_scripts]\nx = a:b;import os\n", "damaged-wheel")]
    public void A_wheel_that_lies_about_itself_is_refused(string path, string text, string code) =>
        Assert.Equal(code, Assert.Throws<DiagnosticException>(() => _world.Open(new WheelBuilder("tool").File(path, text))).Diagnostics[0].Code);

    [Fact]
    public void Names_may_be_written_in_other_ways() =>
        Assert.NotNull(_world.Open(new WheelBuilder("My.Tool", "1.0.0") { FileName = "my_tool-1-py3-none-any.whl" }));

    [Fact]
    public void A_damaged_wheel_is_refused_and_nothing_else_happens()
    {
        byte[] good = File.ReadAllBytes(new WheelBuilder("tool") { WritesDescriptors = true }.File("tool.py", "x = 1\n").File("data", new string('x', 3000)).Write(_world.Wheels));
        foreach (int seed in Mutations.Seeds(3000))
        {
            string path = Path.Combine(_world.Wheels, "tool-1.0-py3-none-any.whl");
            File.WriteAllBytes(path, new Mutations(seed).Damage(good, good));
            try
            {
                WheelArchive.Open(path, _world[$"spool-{seed}"], heal: seed % 2 == 0, WheelWorld.Token).Dispose();
            }
            catch (DiagnosticException)
            {
            }
        }
    }

    private static void Play(string trick, ZipWriter zip)
    {
        switch (trick)
        {
            case "link":
                zip.Add("evil", "", 0xA1FF, deflate: false);
                break;
            case "device":
                zip.Add("evil", "", 0x2180, deflate: false);
                break;
            case "twice":
                zip.Add("tool.py", "x = 2\n");
                break;
            case "absolute":
                zip.Add("/etc/evil", "x");
                break;
            case "up":
                zip.Add("a/../../evil", "x");
                break;
            case "backslash":
                zip.Add("..\\evil", "x");
                break;
            case "dot":
                zip.Add("./tool/x.py", "x");
                break;
            case "control":
                zip.Add("a\nb", "x");
                break;
            case "file and folder":
                zip.Add("tool.py/x", "x");
                break;
            case "other local name":
                zip.Add("other.py", "x", local: header => header[30] = (byte)'O');
                break;
            case "other local size":
                zip.Add("other.py", "x", local: header => header[22]++);
                break;
            case "other local method":
                zip.Add("other.py", "x", deflate: false, local: header => header[8] = 8);
                break;
            case "gap":
                zip.Gap = [1, 2, 3];
                break;
            case "end in comment":
                zip.Comment = [.. "PK\x05\x06"u8, .. new byte[18]];
                break;
            case "count":
                zip.ChangeEnd = end => end[10]--;
                break;
            case "encrypted":
                zip.Add("other.py", "x", flags: 1);
                break;
            case "method":
                zip.Add("other.py", "x", local: header => header[8] = 12, central: header => header[10] = 12);
                break;
            case "latin name":
                zip.Add("é.py", "x", local: header => header[7] = 0, central: header => header[9] = 0);
                break;
            case "second name":
                zip.Add("other.py", "x", central: header => header[46] = (byte)'/');
                break;
            case "too short":
                zip.Add("other.py", "xyz", local: header => header[22] = 4, central: header => header[24] = 4);
                break;
            case "too long":
                zip.Add("other.py", "xyz", local: header => header[22] = 2, central: header => header[24] = 2);
                break;
            case "wrong descriptor":
                zip.Add("other.py", "xyz", descriptor: true, central: header => header[16]++);
                break;
            case "bomb":
                // 5 GB that nobody will see.
                zip.Add("other.py", "xyz", local: Grow, central: Grow);
                break;
        }

        static void Grow(byte[] header) => BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(header[2] == 3 ? 22 : 24), 4_294_967_290 - 1);
    }
}
