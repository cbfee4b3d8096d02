using System.Net.Sockets;
using System.Text;
using Slipway.Foundation.Text;
using Slipway.Sandbox.Containers;

namespace Slipway.Sandbox.Tests.Containers;

public abstract partial class RunTests
{
    [Fact]
    public async Task Hosts_hostname_and_resolver_are_given_and_leave_nothing_in_the_layer()
    {
        ContainerSpec spec = World.Shell("hostname; cat /etc/hostname; grep extra /etc/hosts; grep box /etc/hosts; test -e /etc/resolv.conf") with
        {
            Hostname = "box",
            ExtraHosts = [new ExtraHost("extra", "10.1.2.3")],
        };
        Assert.Equal("box\nbox\n10.1.2.3\textra\n127.0.0.1\tlocalhost box", await World.OutputAsync(spec));
        Assert.Equal([], World.Changes());
    }

    [Fact]
    public async Task A_dangling_resolver_link_is_followed_and_left_alone()
    {
        File.CreateSymbolicLink(Path.Combine(World.Base, "etc/resolv.conf"), "../run/systemd/resolve/stub-resolv.conf");
        await World.OutputAsync(World.Shell("cat /etc/resolv.conf > /dev/null; ls -l /etc/resolv.conf | grep stub"));
        Assert.Equal([], World.Changes());
    }

    [Fact]
    public async Task A_bind_mount_shows_the_hosts_folder_and_leaves_no_mount_point()
    {
        World.Write("shared/file", "hello");
        ContainerSpec spec = World.Shell("cat /a/b/c/file; echo new > /a/b/c/made") with { Mounts = [new BindMount(Path.Combine(World.Folder, "shared"), "/a/b/c", ReadOnly: false)] };
        Assert.Equal("hello", await World.OutputAsync(spec));
        Assert.Equal("new\n", File.ReadAllText(Path.Combine(World.Folder, "shared/made")));
        Assert.Equal([], World.Changes());
    }

    [Fact]
    public async Task A_single_file_can_be_bound()
    {
        string file = World.Write("one", "content");
        Assert.Equal("content", await World.OutputAsync(World.Shell("cat /etc/one") with { Mounts = [new BindMount(file, "/etc/one", ReadOnly: true)] }));
        Assert.Equal([], World.Changes());
    }

    [Fact]
    public async Task A_read_only_bind_mount_cannot_be_written_to()
    {
        World.Write("shared/file", "hello");
        ContainerSpec spec = World.Shell("touch /s/x 2>/dev/null || echo refused") with { Mounts = [new BindMount(Path.Combine(World.Folder, "shared"), "/s", ReadOnly: true)] };
        Assert.Equal("refused", await World.OutputAsync(spec));
    }

    [Fact]
    public async Task Changes_to_a_discarding_bind_mount_are_seen_and_thrown_away()
    {
        World.Write("shared/file", "hello");
        ContainerSpec spec = World.Shell("echo changed > /s/file; cat /s/file; rm /s/file; ls /s | wc -l") with
        {
            Mounts = [new BindMount(Path.Combine(World.Folder, "shared"), "/s", ReadOnly: false) { DiscardChanges = true }],
        };
        Assert.Equal("changed\n0", await World.OutputAsync(spec));
        Assert.Equal("hello", File.ReadAllText(Path.Combine(World.Folder, "shared/file")));
    }

    [Fact]
    public async Task A_missing_bind_source_is_a_mistake()
    {
        var e = await Assert.ThrowsAsync<DiagnosticException>(() => World.RunAsync(World.Shell("true") with { Mounts = [new BindMount("/no/such", "/x", false)] }));
        Assert.Contains("'/no/such'", e.Message);
    }

    [Theory]
    [InlineData(true, "below above\nrefused")]
    [InlineData(false, "below above\nwritten")]
    public async Task A_path_of_another_stack_can_be_mounted(bool readOnly, string expected)
    {
        World.Write("s1/data/below", "below");
        World.Write("s2/data/above", " above");
        Directory.CreateDirectory(Path.Combine(World.Folder, "s2"));
        File.CreateSymbolicLink(Path.Combine(World.Folder, "s2/link"), "/data");
        ContainerSpec spec = World.Shell("cat /m/below /m/above; echo; touch /m/x 2>/dev/null && echo written || echo refused") with
        {
            Mounts = [new StackMount([Path.Combine(World.Folder, "s2"), Path.Combine(World.Folder, "s1")], "/link", "/m", readOnly)],
        };
        Assert.Equal(expected, await World.OutputAsync(spec));
        Assert.Equal([], World.Changes());
        Assert.False(File.Exists(Path.Combine(World.Folder, "s2/data/x")));
    }

    [Fact]
    public async Task Parents_of_a_mount_point_keep_their_metadata()
    {
        Directory.CreateDirectory(Path.Combine(World.Base, "srv"));
        File.SetUnixFileMode(Path.Combine(World.Base, "srv"), (UnixFileMode)Convert.ToInt32("2750", 8));
        Directory.SetLastWriteTimeUtc(Path.Combine(World.Base, "srv"), DateTime.UnixEpoch.AddSeconds(1234567));
        ContainerSpec spec = World.Shell("stat -c '%a %Y' /srv") with { Mounts = [new TmpfsMount("/srv/new", null)] };
        Assert.Equal("2750 1234567", await World.OutputAsync(spec));
        Assert.Equal([], World.Changes());
    }

    [Fact]
    public async Task A_mount_point_touched_by_a_change_of_owner_is_not_kept_but_what_is_put_beside_it_is()
    {
        ContainerSpec spec = World.Shell("chmod -R g+w /cache; echo x > /kept/file") with
        {
            Mounts = [new TmpfsMount("/cache/deep", null), new TmpfsMount("/kept/deep", null)],
        };
        await World.OutputAsync(spec with { Arguments = ["/bin/sh", "-c", "/bin/busybox chmod 775 /cache; echo x > /kept/file"] });
        Assert.Equal(["kept", "kept/file"], World.Changes());
    }

    [Fact]
    public async Task A_tmpfs_has_its_size_and_mode()
    {
        ContainerSpec spec = World.Shell("stat -f -c %b /t; stat -c %a /t; dd if=/dev/zero of=/t/x bs=1k count=100 2>/dev/null || echo full") with { Mounts = [new TmpfsMount("/t", 64 << 10)] };
        Assert.Equal("16\n1777\nfull", await World.OutputAsync(spec));
    }

    [Fact]
    public async Task A_mount_inside_a_mount_is_there_whatever_the_order()
    {
        string file = World.Write("one", "inner");
        Directory.CreateDirectory(Path.Combine(World.Folder, "outer"));
        ContainerSpec spec = World.Shell("cat /o/one") with { Mounts = [new BindMount(file, "/o/one", true), new TmpfsMount("/o", null)] };
        Assert.Equal("inner", await World.OutputAsync(spec));
        Assert.Equal([], World.Changes());
    }

    [Fact]
    public async Task A_secret_is_readable_with_its_mode_and_never_on_disk()
    {
        ContainerSpec spec = World.Shell("cat /run/secrets/key; stat -c ' %a %u' /run/secrets/key; stat -f -c %T /run/secrets/key") with
        {
            Mounts = [new FileMount("/run/secrets/key", "s3cret"u8.ToArray(), Convert.ToInt32("400", 8), 0, 0)],
        };
        Assert.Equal("s3cret 400 0\ntmpfs", await World.OutputAsync(spec));
        Assert.Equal([], World.Changes());
    }

    [Fact]
    public async Task A_heredoc_script_can_be_run_from_dev_pipes()
    {
        ContainerSpec spec = World.Program("/dev/pipes/EOF") with
        {
            Mounts = [new FileMount("/dev/pipes/EOF", Encoding.UTF8.GetBytes("#!/bin/sh\necho from $0\n"), Convert.ToInt32("755", 8), 0, 0)],
        };
        Assert.Equal("from /dev/pipes/EOF", await World.OutputAsync(spec));
        Assert.Equal([], World.Changes());
    }

    [Fact]
    public async Task An_ssh_agent_is_reached_through_the_socket_that_the_environment_names()
    {
        string path = Path.Combine(World.Folder, "agent");
        using var agent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        agent.Bind(new UnixDomainSocketEndPoint(path));
        agent.Listen();
        Task answering = AnswerAsync(agent);
        const string client = """
            use IO::Socket::UNIX; my $s = IO::Socket::UNIX->new(Peer => $ENV{SSH_AUTH_SOCK}) or die "$!";
            $s->syswrite("hello"); $s->sysread(my $answer, 100); printf("%o %s", (stat $ENV{SSH_AUTH_SOCK})[2] & 07777, $answer);
            """;
        ContainerSpec spec = World.Program("/usr/bin/perl", "-e", client) with
        {
            Mounts = [new SshMount(path, "/run/ssh-agent.0", Convert.ToInt32("600", 8), 0, 0), .. World.HostPrograms()],
        };
        Assert.Equal("600 answer to hello", await World.OutputAsync(spec));
        await answering;
        Assert.Equal([], World.Changes());
    }

    [Fact]
    public async Task Without_an_agent_the_ssh_mount_is_a_mistake()
    {
        var e = await Assert.ThrowsAsync<DiagnosticException>(
            () => World.RunAsync(World.Shell("true") with { Mounts = [new SshMount("/no/agent", "/run/agent", 384, 0, 0)] }));
        Assert.Equal("no-ssh-agent", e.Diagnostics[0].Code);
    }

    private static async Task AnswerAsync(Socket agent)
    {
        using Socket client = await agent.AcceptAsync(TestContext.Current.CancellationToken);
        byte[] buffer = new byte[100];
        int length = await client.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        await client.SendAsync(Encoding.UTF8.GetBytes("answer to " + Encoding.UTF8.GetString(buffer, 0, length)), TestContext.Current.CancellationToken);
    }
}
