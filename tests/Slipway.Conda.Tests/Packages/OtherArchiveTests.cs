using Slipway.Conda.Packages;
using Slipway.Testing;

namespace Slipway.Conda.Tests.Packages;

/// <summary>Archives that other programs wrote: Python's modules, which conda's own tools are made of, in all their ways.</summary>
public sealed class OtherArchiveTests : IDisposable
{
    private const string Script = """
        import io, json, os, subprocess, sys, tarfile, zipfile, bz2
        folder, how, form = sys.argv[1:]
        formats = {"gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT, "ustar": tarfile.USTAR_FORMAT}
        long = "share/" + "n" * 90 + "/" + "m" * 40
        def tar(files):
            out = io.BytesIO()
            with tarfile.open(fileobj=out, mode="w", format=formats[form]) as t:
                for name, content in files:
                    e = tarfile.TarInfo(name)
                    e.mtime = 1600000000.25 if form == "pax" else 1600000000
                    if isinstance(content, str):
                        e.type, e.linkname = tarfile.SYMTYPE, content
                    e.size = 0 if isinstance(content, str) else len(content)
                    t.addfile(e, None if isinstance(content, str) else io.BytesIO(content))
            return out.getvalue()
        files = [("bin/tool", b"tool"), (long, b"long"), ("share/\u00e9", b"utf-8"), ("lib/link", "../bin/tool"), ("big", b"x" * 3000000)]
        info = [("info/index.json", json.dumps({"name": "tool", "version": "1.0", "build": "0", "subdir": "linux-64"}).encode()),
                ("info/paths.json", json.dumps({"paths": [{"_path": n} for n, _ in files], "paths_version": 1}).encode())]
        class Pipe(io.RawIOBase):
            def __init__(self, f): self.f = f
            def writable(self): return True
            def write(self, b): return self.f.write(b)
        if how == "bz2":
            # as pbzip2 does it: one stream after another
            data = tar(info + files)
            open(os.path.join(folder, "tool-1.0-0.tar.bz2"), "wb").write(bz2.compress(data[:100000]) + bz2.compress(data[100000:]))
        else:
            zstd = lambda b: subprocess.run(["zstd", "-q", "-c"], input=b, stdout=subprocess.PIPE, check=True).stdout
            with open(os.path.join(folder, "tool-1.0-0.conda"), "wb") as f:
                with zipfile.ZipFile(Pipe(f) if how == "pipe" else f, "w", zipfile.ZIP_STORED) as z:
                    for name, content in [("metadata.json", b'{"conda_pkg_format_version": 2}'), ("pkg-tool-1.0-0.tar.zst", zstd(tar(files))), ("info-tool-1.0-0.tar.zst", zstd(tar(info)))]:
                        with z.open(name, "w", force_zip64=how == "zip64") as m:
                            m.write(content)
                    z.comment = b"a comment" if how == "comment" else b""
        """;

    private readonly TestWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("file", "gnu")]
    [InlineData("file", "pax")]
    [InlineData("pipe", "gnu")]
    [InlineData("zip64", "pax")]
    [InlineData("comment", "gnu")]
    [InlineData("bz2", "gnu")]
    [InlineData("bz2", "pax")]
    public async Task An_archive_that_Python_wrote_is_read(string how, string form)
    {
        if (Tool.Find("python3") is null || Tool.Find("zstd") is null)
        {
            Assert.Skip("python3 or zstd is not installed");
        }

        await Tool.RunAsync("python3", ["-c", Script, _world.Packages, how, form], TestWorld.Token);
        UnpackedPackage package = await _world.UnpackAsync(Directory.EnumerateFiles(_world.Packages).Single());
        Assert.Equal(5, package.Info.Paths.Count);
        Assert.Equal("../bin/tool", package.Members["lib/link"].LinkTarget);
        Assert.Equal(3_000_000, package.Members["big"].Size);
        using var reader = new StreamReader(package.Contents.Open(package.Members["share/é"]));
        Assert.Equal("utf-8", await reader.ReadToEndAsync(TestWorld.Token));
    }
}
