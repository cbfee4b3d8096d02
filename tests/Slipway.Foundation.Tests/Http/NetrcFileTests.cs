using System.Net;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Testing;

namespace Slipway.Foundation.Tests.Http;

public sealed class NetrcFileTests
{
    [Theory]
    [InlineData("machine a.test login ada password s3cret", "ada:s3cret")]
    [InlineData("machine A.Test\n\tlogin ada\n\tpassword s3cret\n", "ada:s3cret")]
    [InlineData("machine b.test login x password y machine a.test login ada password s3cret", "ada:s3cret")]
    [InlineData("machine a.test login ada password one\nmachine a.test login eve password two", "ada:one")]
    [InlineData("machine a.test login \"ada b\" password \"s \\\"3\\\\\"", "ada b:s \"3\\")]
    [InlineData("machine a.test login ada password s\\\\3", "ada:s\\3")]
    [InlineData("machine a.test login ada password #s3", "ada:#s3")]
    [InlineData("# login nobody\nmachine a.test # here\n login ada account z password s3 # there", "ada:s3")]
    [InlineData("macdef init\ncd /x\nmachine a.test login eve password p\n\nmachine a.test login ada password s3", "ada:s3")]
    [InlineData("machine b.test login x password y\ndefault login any password p", "any:p")]
    [InlineData("default login any password p\nmachine a.test login ada password s3", "ada:s3")]
    [InlineData("machine a.test login ada", "ada:")]
    [InlineData("machine a.test user ada password p", "ada:p")]
    [InlineData("machine a.test password p", ":p")]
    [InlineData("machine a.test", null)]
    [InlineData("machine b.test login x password y", null)]
    [InlineData("", null)]
    public void The_login_of_a_host_is_found(string text, string? expected)
    {
        NetrcFile file = NetrcFile.Parse(new SourceText("netrc", text));
        Assert.Empty(file.Warnings);
        NetworkCredential? login = file.Find("a.test");
        Assert.Equal(expected, login is null ? null : $"{login.UserName}:{login.Password}");
    }

    [Theory]
    [InlineData("machine a.test login ada password s3\nmachine c.test pasword s3cret", "2:16")]
    [InlineData("machine a.test login ada password s3\nmachine s3cret.test login eve password s3cret \"s3cret\"", "2:47")]
    [InlineData("machine a.test login ada password s3\nmachine", "2:1")]
    [InlineData("machine a.test login ada password s3\nmachine s3cret.test login s3cret password", "2:34")]
    public void A_mistake_is_told_with_its_place_and_no_secret_and_what_stands_before_it_holds(string text, string place)
    {
        NetrcFile file = NetrcFile.Parse(new SourceText("netrc", text));
        Diagnostic warning = Assert.Single(file.Warnings);
        Assert.Equal((Severity.Warning, place), (warning.Severity, $"{warning.Position?.Line}:{warning.Position?.Column}"));
        Assert.DoesNotContain("s3cret", warning.Message + warning.Help, StringComparison.Ordinal);
        Assert.Equal("ada", file.Find("a.test")?.UserName);
        Assert.Null(file.Find("s3cret.test"));
    }

    [Fact]
    public void The_users_file_is_the_named_one_else_that_of_the_home_folder()
    {
        using var folder = new TemporaryFolder();
        string named = Path.Combine(folder.Path, "named"), home = Path.Combine(folder.Path, "_netrc");
        File.WriteAllText(named, "machine a.test login named password p");
        File.WriteAllText(home, "machine a.test login home password p");
        Assert.Equal("home", NetrcFile.OfUser(name => name == "HOME" ? folder.Path : null).Find("a.test")?.UserName);
        File.Move(home, Path.Combine(folder.Path, ".netrc"));
        Assert.Equal("home", NetrcFile.OfUser(name => name == "HOME" ? folder.Path : null).Find("a.test")?.UserName);
        Assert.Equal("named", NetrcFile.OfUser(name => name == "HOME" ? folder.Path : name == "NETRC" ? named : null).Find("a.test")?.UserName);
        Assert.Null(NetrcFile.OfUser(name => name == "HOME" ? folder.Path : name == "NETRC" ? "/none" : null).Find("a.test"));
        Assert.Same(NetrcFile.Empty, NetrcFile.OfUser(_ => null));
    }

    [Fact]
    public void A_file_that_others_may_read_is_used_with_a_warning()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "netrc");
        File.WriteAllText(path, "machine a.test login ada password p");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        NetrcFile open = NetrcFile.Read(path);
        Assert.Equal("netrc-open", Assert.Single(open.Warnings).Code);
        Assert.NotNull(open.Find("a.test"));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Empty(NetrcFile.Read(path).Warnings);
    }

    [Fact]
    public void The_header_goes_by_the_host_whatever_the_port()
    {
        NetrcFile file = NetrcFile.Parse(new SourceText("netrc", "machine a.test login ada password s\u00e9"));
        Assert.Equal("YWRhOnPDqQ==", file.HeaderFor(new Uri("http://a.test:8080/x"))?.Parameter);
        Assert.Null(file.HeaderFor(new Uri("http://b.test/x")));
    }
}
