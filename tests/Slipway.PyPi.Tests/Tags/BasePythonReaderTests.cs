using System.Text;
using Slipway.Foundation.Text;
using Slipway.PyPi.Tags;
using Slipway.Testing;

namespace Slipway.PyPi.Tests.Tags;

public sealed class BasePythonReaderTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task A_Debian_with_its_own_Python_is_managed_by_the_distribution()
    {
        Add("usr/bin/python3.11", Elf("/lib64/ld-linux-x86-64.so.2", "3.11.2", "3.0.11"));
        Link("usr/bin/python3", "python3.11");
        Add("usr/lib/python3.11/EXTERNALLY-MANAGED", "");
        Link("lib64", "usr/lib64");
        Link("lib", "usr/lib");
        Link("usr/lib64/ld-linux-x86-64.so.2", "/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2");
        Add("usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", "loader");
        Add("usr/lib/x86_64-linux-gnu/libc.so.6", "\0GNU C Library (Debian GLIBC 2.36-9+deb12u4) stable release version 2.36.\nCopyright\0");
        Add("etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 12\"\nVERSION_ID=\"12\"\nID=debian\n");

        BasePython found = await ReadAsync();

        Assert.Equal("CPython 3.11.2, glibc 2.36, x86_64", found.Target.ToString());
        Assert.Equal("/usr/bin/python3", found.Executable);
        Assert.Equal("/usr/bin/python3.11", found.Program);
        Assert.Equal("/usr", found.Prefix);
        Assert.Equal("/usr/lib/python3.11", found.StandardLibrary);
        Assert.True(found.IsExternallyManaged);
        Assert.Equal("debian 12", found.Distribution);
    }

    [Fact]
    public async Task A_Python_of_its_own_prefix_has_its_version_in_its_library()
    {
        Add("usr/local/bin/python3.13", Elf("/lib64/ld-linux-x86-64.so.2"));
        Link("usr/local/bin/python3", "python3.13");
        Add("usr/local/lib/libpython3.13.so.1.0", "\0" + "3.13.1\0");
        Link("lib64/ld-linux-x86-64.so.2", "/lib/x86_64-linux-gnu/ld-2.31.so");
        Add("lib/x86_64-linux-gnu/ld-2.31.so", "");
        Add("lib/x86_64-linux-gnu/libc-2.31.so", "\0GNU C Library (Ubuntu GLIBC 2.31-0ubuntu9.9) stable release version 2.31.\n\0");
        Link("lib/x86_64-linux-gnu/libc.so.6", "libc-2.31.so");

        BasePython found = await ReadAsync();

        Assert.Equal("CPython 3.13.1, glibc 2.31, x86_64", found.Target.ToString());
        Assert.Equal("/usr/local", found.Prefix);
        Assert.False(found.IsExternallyManaged);
        Assert.Null(found.Distribution);
    }

    [Fact]
    public async Task On_Alpine_the_loader_is_the_C_library()
    {
        Add("usr/bin/python3.12", Elf("/lib/ld-musl-aarch64.so.1", machine: 183));
        Link("usr/bin/python3", "python3.12");
        Add("usr/lib/libpython3.12.so.1.0", "\0" + "3.12.11\0");
        Add("lib/ld-musl-aarch64.so.1", "\0" + "1.2.5\0");

        Assert.Equal("CPython 3.12.11, musl 1.2, aarch64", (await ReadAsync()).Target.ToString());
    }

    [Fact]
    public async Task A_free_threaded_Python_says_so_by_its_name()
    {
        AddMusl();
        Add("usr/bin/python3.14t", Elf("/lib/ld-musl-x86_64.so.1", "3.14.0rc2+"));
        Link("usr/bin/python3", "python3.14t");

        PythonTarget target = (await ReadAsync()).Target;

        Assert.True(target.IsFreeThreaded);
        Assert.Equal("3.14.0rc2", target.Python.ToString());
    }

    [Fact]
    public async Task A_virtual_environment_first_on_the_path_is_the_prefix()
    {
        AddMusl();
        Add("usr/bin/python3.12", Elf("/lib/ld-musl-x86_64.so.1", "3.12.1"));
        Add("usr/lib/python3.12/EXTERNALLY-MANAGED", "");
        Link("opt/venv/bin/python3", "/usr/bin/python3.12");
        Add("opt/venv/pyvenv.cfg", "home = /usr/bin\n");

        BasePython found = await new BasePythonReader(new FolderTree(_root.Path), "/opt/venv/bin:/usr/bin").ReadAsync(None);

        Assert.True(found.IsVirtualEnvironment);
        Assert.Equal("/opt/venv", found.Prefix);
        Assert.Equal("/opt/venv/bin/python3", found.Executable);
        Assert.False(found.IsExternallyManaged);
    }

    [Fact]
    public async Task Without_python3_the_newest_numbered_one_is_taken()
    {
        AddMusl();
        Add("usr/bin/python3.9", Elf("/lib/ld-musl-x86_64.so.1", "3.9.20"));
        Add("usr/bin/python3.12", Elf("/lib/ld-musl-x86_64.so.1", "3.12.1"));
        Add("usr/bin/python3.12-config", "#!/bin/sh");

        Assert.Equal("3.12.1", (await ReadAsync()).Target.Python.ToString());
    }

    [Fact]
    public async Task An_image_without_Python_is_told_so() => Assert.Equal("no-python", await FailAsync());

    [Fact]
    public async Task A_script_under_the_name_of_Python_is_no_Python()
    {
        Add("usr/bin/python3", "#!/bin/sh\nexec real-python \"$@\"\n");

        Assert.Equal("unclear-python", await FailAsync());
    }

    [Fact]
    public async Task Links_in_a_circle_lead_to_nothing()
    {
        Link("usr/bin/python3", "python");
        Link("usr/bin/python", "python3");

        Assert.Equal("no-python", await FailAsync());
    }

    [Fact]
    public async Task Links_out_of_the_tree_stay_in_it()
    {
        AddMusl();
        Add("usr/bin/python3.12", Elf("/lib/ld-musl-x86_64.so.1", "3.12.1"));
        Link("usr/bin/python3", "../../../../../../usr/bin/python3.12");

        Assert.Equal("/usr/bin/python3.12", (await ReadAsync()).Program);
    }

    [Fact]
    public async Task The_Python_of_this_machine_is_read_as_it_says_itself()
    {
        if (Tool.Find("python3") is not { } python)
        {
            Assert.Skip("no python3 here");
            return;
        }

        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(python, ["-c", "import os, platform, sys; print(platform.python_version(), platform.libc_ver()[1], os.path.realpath(sys.executable))"]) { RedirectStandardOutput = true })!;
        string[] said = (await process.StandardOutput.ReadToEndAsync(None)).Trim().Split(' ', 3);

        PythonTarget target = (await new BasePythonReader(new FolderTree("/")).ReadAsync(said[2], None)).Target;

        Assert.Equal(said[0].TrimEnd('+'), target.Python.ToString());
        Assert.Equal($"glibc {said[1]}", target.LibC.ToString());
    }

    private Task<BasePython> ReadAsync() => new BasePythonReader(new FolderTree(_root.Path)).ReadAsync(None);

    private async Task<string> FailAsync() => (await Assert.ThrowsAsync<DiagnosticException>(ReadAsync)).Diagnostics.Single().Code;

    private void AddMusl() => Add("lib/ld-musl-x86_64.so.1", "\0" + "1.2.5\0");

    private void Add(string path, string content) => Add(path, Encoding.ASCII.GetBytes(content));

    private void Add(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_root[path])!);
        File.WriteAllBytes(_root[path], content);
    }

    private void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_root[path])!);
        File.CreateSymbolicLink(_root[path], target);
    }

    // A header with one segment, the loader's name, and texts as a compiler leaves them.
    private static byte[] Elf(string loader, params string[] texts) => Elf(loader, 62, texts);

    private static byte[] Elf(string loader, byte machine, params string[] texts)
    {
        byte[] head = new byte[64 + 56];
        "\u007fELF"u8.CopyTo(head);
        (head[4], head[5], head[18], head[32], head[54], head[56]) = (2, 1, machine, 64, 56, 1);
        (head[64], head[72], head[96]) = (3, (byte)head.Length, (byte)(loader.Length + 1));
        return [.. head, .. Encoding.ASCII.GetBytes(loader + "\0"), .. Encoding.ASCII.GetBytes(string.Concat(texts.Select(t => $"\0{t}\0")))];
    }
}
