using Slipway.Foundation.Text;
using Slipway.PyPi.Files;

namespace Slipway.PyPi.Tests.Files;

public sealed class SetupCfgTests
{
    [Fact]
    public void What_stands_in_the_file_is_read_and_what_it_names_is_not()
    {
        List<Diagnostic> problems = [];
        SetupCfg read = SetupCfgReader.Read(new SourceText("setup.cfg",
            """
            [metadata]
            name = My_App
            version = attr: my.__version__
            [options]
            python_requires = >=3.8
            install_requires =
                # why
                requests>=2.31
                numpy ; python_version > "3"

                sci py
            [options.extras_require]
            plot = matplotlib
            docs = file: docs.txt
            """), problems);
        Assert.Equal("my-app >=3.8", $"{read.Name} {read.RequiresPython}");
        Assert.Equal(["requests>=2.31", "numpy ; python_version > \"3\""], read.Dependencies!.Select(r => r.Text));
        Assert.Equal(["docs", "plot"], read.OptionalDependencies.Keys.Select(k => k.Value).Order());
        Assert.Equal("setup.cfg:11:9", $"setup.cfg:{Assert.Single(problems).Position!.Value.Line}:{problems[0].Position!.Value.Column}");
        Assert.Null(SetupCfgReader.Read(new SourceText("setup.cfg", "[options]\ninstall_requires = file: r.txt\n"), problems).Dependencies);
        Assert.Null(SetupCfgReader.Read(new SourceText("setup.cfg", ""), problems).Dependencies);
    }
}
