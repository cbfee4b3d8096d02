using Slipway.Environments.Recipes;
using Slipway.Foundation.Text;

namespace Slipway.Environments.Tests.Recipes;

public sealed class RPackageTests
{
    [Fact]
    public void What_it_needs_comes_from_conda()
    {
        RPackage package = Read("Package: moons\nVersion: 0.1.0\nDepends: R (>= 4.1),\n    methods\nImports:\n    data.table (>= 1.14-2), Rcpp,\n\tstats\nSuggests: testthat\nLinkingTo: Rcpp\n", out List<Diagnostic> problems)!;
        Assert.Empty(problems);
        Assert.Equal("moons", package.Name);
        Assert.Equal(["r-base >=4.1", "r-data.table >=1.14_2", "r-rcpp"], package.CondaSpecs);
    }

    [Theory]
    [InlineData("")]
    [InlineData("A description of this folder.\n")]
    [InlineData("Package: moons\n")]
    public void Another_file_of_that_name_is_none(string text) => Assert.Null(Read(text, out _));

    [Fact]
    public void Mistakes_are_told_with_their_places_and_reach_no_shell()
    {
        Read("Package: $(id)\nVersion: 1\nImports: dplyr, 'rm -rf',\n  a (about 2)\n", out List<Diagnostic> problems);
        Assert.Equal([1, 3, 4], problems.Select(p => p.Position!.Value.Line));
    }

    private static RPackage? Read(string text, out List<Diagnostic> problems) => RPackage.Read(new SourceText("DESCRIPTION", text), problems = []);
}
