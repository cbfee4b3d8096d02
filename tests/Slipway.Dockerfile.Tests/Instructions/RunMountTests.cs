namespace Slipway.Dockerfile.Tests;

public sealed class RunMountTests
{
    [Fact]
    public void A_bind_mount_is_read_only_unless_said_otherwise()
    {
        Assert.Equal(new RunMount { Target = "/x", ReadOnly = true }, Parse("target=/x"));
        Assert.False(Parse("target=/x,rw").ReadOnly);
        Assert.False(Parse("target=/x,readonly=false").ReadOnly);
    }

    [Fact]
    public void A_cache_is_writable_and_shared() => Assert.Equal(
        new RunMount { Kind = MountKind.Cache, Target = "/c", Id = "i", Sharing = CacheSharing.Locked, Mode = 448, Uid = 1, Gid = 2 },
        Parse("type=cache,dst=/c,id=i,sharing=locked,mode=0700,uid=1,gid=2"));

    [Fact]
    public void Values_are_expanded_but_not_from() =>
        Assert.Equal(("v", "stage"), (Parse("target=$T,from=stage", _ => "v").Target, Parse("target=$T,from=stage", _ => "v").From));

    [Fact]
    public void A_secret_may_go_to_a_variable_only() =>
        Assert.Equal(("TOKEN", true), (Parse("type=secret,id=t,env=TOKEN,required").Env, Parse("type=secret,required=true,id=t").Required));

    [Fact]
    public void A_field_may_be_quoted() => Assert.Equal("/a,b", Parse("\"target=/a,b\",type=tmpfs,size=1m").Target);

    [Theory]
    [InlineData("type=tmp", "did you mean tmpfs?")]
    [InlineData("typ=tmpfs", "did you mean type?")]
    [InlineData("type=bind,required", "unexpected key 'required'")]
    [InlineData("type=secret", "one of source, target required")]
    [InlineData("type=secret,id=a,source=b", "both source and id")]
    [InlineData("type=bind,target=/x,sharing=shared", "invalid cache sharing")]
    [InlineData("type=bind,target=/x,mode=0700", "mode not allowed")]
    [InlineData("type=bind,target=/x,size=1m", "unexpected key 'size'")]
    [InlineData("target", "must be a key=value pair")]
    [InlineData("type=cache,target=/x,mode=9", "invalid value 9 for mode")]
    [InlineData("from=$x,target=/y", "doesn't support variable expansion")]
    [InlineData("target=\"/x\"", "quote the whole field")]
    public void A_mistake_is_named(string value, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => Parse(value)).Message, StringComparison.Ordinal);

    private static RunMount Parse(string value) => Parse(value, word => word);

    private static RunMount Parse(string value, Func<string, string> expand) => RunMount.Parse(value, expand);
}
