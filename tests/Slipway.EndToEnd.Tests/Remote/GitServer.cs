using System.Net;
using System.Text;
using Slipway.Testing.Http;

namespace Slipway.EndToEnd.Tests.Remote;

/// <summary>A repository of git with a Python project, behind a web server on loopback that may ask for a login, and as a folder.</summary>
internal sealed class GitServer : IDisposable
{
    private const string Who = "-c user.name=t -c user.email=t@example.org";

    private readonly string folder;
    private readonly LoopbackListener listener;

    private GitServer(string folder)
    {
        this.folder = folder;
        listener = new LoopbackListener(AnswerAsync);
    }

    /// <summary><c>user:password</c>; null asks for none.</summary>
    public string? Login { get; set; }

    /// <summary>The address as requirements have it, without <c>git+</c>.</summary>
    public string Url(string login = "") => $"http://{(login.Length > 0 ? login + "@" : "")}{listener.Host}/bare.git";

    /// <summary>The same as a folder.</summary>
    public string FileUrl => $"file://{folder}/bare.git";

    /// <summary>An archive of main, as web sites of git offer it, and its address.</summary>
    public async Task<string> ArchiveAsync()
    {
        await GitAsync("git -C bare.git archive --prefix=bare-main/ -o ../bare-main.tar.gz main");
        return $"http://{listener.Host}/bare-main.tar.gz";
    }

    /// <summary>The same behind a server of ssh, which only <see cref="SshAsync"/> reaches.</summary>
    public string SshUrl => $"ssh://git@git.example{folder}/bare.git";

    /// <summary>What the program of <see cref="SshAsync"/> was called with.</summary>
    public string SshCalls => File.ReadAllText(Path.Combine(folder, "ssh.log"));

    /// <summary>A program in the place of ssh, for <c>GIT_SSH_COMMAND</c>: it does what the server's shell would do with the command it is given, on this machine.</summary>
    public async Task<string> SshAsync()
    {
        string program = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "programs")).FullName, "ssh");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\necho \"$@\" >>{folder}/ssh.log\nfor command; do :; done\nexec sh -c \"$command\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return program;
    }

    /// <summary>A project <c>mine</c> 1.0, which needs six, in the root and again as <c>lower</c> 2.0 in a folder; branch main and tag v1.</summary>
    public static async Task<GitServer> StartAsync(World world)
    {
        var server = new GitServer(world.NewFolder("git"));
        string work = Directory.CreateDirectory(Path.Combine(server.folder, "work")).FullName;
        Write(Path.Combine(work, "pyproject.toml"), Project("mine", "1.0"));
        Write(Path.Combine(work, "mine.py"), "\"\"\"Mine.\"\"\"\nprint('first')\n");
        Write(Path.Combine(work, "below/lower/pyproject.toml"), Project("lower", "2.0"));
        Write(Path.Combine(work, "below/lower/lower.py"), "\"\"\"Lower.\"\"\"\nprint('lower')\n");
        await server.GitAsync($"git init -q -b main work && cd work && git add -A && git {Who} commit -qm one && git {Who} tag -a v1 -m v1 && git clone -q --bare . ../bare.git && cd ../bare.git && git update-server-info");
        return server;
    }

    /// <summary>Changes what the module prints, on main.</summary>
    public async Task CommitAsync(string said)
    {
        Write(Path.Combine(folder, "work/mine.py"), $"\"\"\"Mine.\"\"\"\nprint('{said}')\n");
        await GitAsync($"cd work && git {Who} commit -qam {said} && git push -q ../bare.git main && cd ../bare.git && git update-server-info");
    }

    /// <summary>The commit that main is at.</summary>
    public async Task<string> HeadAsync() => (await GitAsync("git -C bare.git rev-parse main")).Line();

    public void Dispose() => listener.Dispose();

    private async Task<Outcome> GitAsync(string script) => (await new Command("/bin/sh", "-c", script) { Folder = folder }.RunAsync(TestContext.Current.CancellationToken)).Expect(0);

    private static string Project(string name, string version) =>
        $"[build-system]\nrequires = [\"flit_core\"]\nbuild-backend = \"flit_core.buildapi\"\n[project]\nname = \"{name}\"\nversion = \"{version}\"\ndescription = \"x\"\ndependencies = [\"six\"]\n";

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        string path = Path.Combine(folder, context.Request.Url!.AbsolutePath.TrimStart('/'));
        if (Login is { } login && context.Request.Headers["Authorization"]?.Split(' ')[^1] != Convert.ToBase64String(Encoding.UTF8.GetBytes(login)))
        {
            context.Response.StatusCode = 401;
            context.Response.Headers["WWW-Authenticate"] = "Basic realm=\"test\"";
        }
        else if (File.Exists(path))
        {
            byte[] bytes = await File.ReadAllBytesAsync(path);
            context.Response.ContentLength64 = bytes.Length;
            await context.Response.OutputStream.WriteAsync(bytes);
        }
        else
        {
            context.Response.StatusCode = 404;
        }

    }
}
