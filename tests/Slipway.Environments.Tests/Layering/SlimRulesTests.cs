using Slipway.Environments.Layering;
using Slipway.Environments.Printing;

namespace Slipway.Environments.Tests.Layering;

public sealed class SlimRulesTests
{
    [Theory]
    [InlineData("zlib", "lib/libz.a")]
    [InlineData("zlib", "include/zlib.h")]
    [InlineData("zlib", "lib/pkgconfig/zlib.pc")]
    [InlineData("zlib", "share/man/man3/zlib.3")]
    [InlineData("gettext", "share/locale/de/LC_MESSAGES/gettext.mo")]
    [InlineData("numpy", "lib/python3.11/site-packages/numpy/core/tests/test_umath.py")]
    [InlineData("numpy", "lib/python3.11/site-packages/numpy/core/tests/__pycache__/test_umath.cpython-311.pyc")]
    [InlineData("numpy", "lib/python3.11/site-packages/numpy/conftest/tests/conftest.py")]
    [InlineData("astropy", "lib/python3.11/site-packages/astropy/io/fits/tests/data/arange.fits")]
    [InlineData("matplotlib", "lib/python3.13t/site-packages/matplotlib/tests/baseline_images/a/b.png")]
    [InlineData("python", "lib/python3.11/test/test_os.py")]
    [InlineData("python", "lib/python3.11/unittest/test/test_case.py")]
    [InlineData("r-dplyr", "lib/R/library/dplyr/doc/dplyr.html")]
    [InlineData("jupyterlab", "share/jupyter/lab/static/main.js.map")]
    public void What_no_program_reads_is_left_out(string package, string path) => Assert.True(SlimRules.Covers(package, path));

    [Theory]
    [InlineData("numpy", "lib/python3.11/site-packages/numpy/testing/__init__.py")] // is no test: pandas and others import it
    [InlineData("numpy", "lib/python3.11/site-packages/numpy/core/include/numpy/arrayobject.h")]
    [InlineData("astropy", "lib/python3.11/site-packages/astropy/tests/runner.py")] // astropy itself imports it
    [InlineData("django", "lib/python3.11/site-packages/django/test/testcases.py")]
    [InlineData("six", "lib/python3.11/site-packages/test_utils.py")]
    [InlineData("gensim", "lib/python3.11/site-packages/gensim/test/test_data/a.txt")]
    [InlineData("python", "lib/python3.11/test/support/__init__.py")]
    [InlineData("python", "lib/python3.11/unittest/case.py")]
    [InlineData("python", "include/python3.11/pyconfig.h")]
    [InlineData("ncurses", "share/terminfo/x/xterm")]
    [InlineData("bash", "share/doc/bash/COPYING")]
    [InlineData("bash", "share/doc/bash/copyright")]
    [InlineData("six", "lib/python3.11/site-packages/six-1.16.dist-info/RECORD")]
    [InlineData("six", "conda-meta/six-1.16-0.json")]
    [InlineData("gxx_impl_linux-64", "lib/gcc/x86_64-conda-linux-gnu/13.2.0/libstdc++.a")]
    [InlineData("cuda-cudart-dev_linux-64", "include/cuda_runtime.h")]
    [InlineData("libx11", "share/locale/locale.alias")]
    [InlineData("r-base", "lib/R/library/stats/help/stats.rdb")]
    [InlineData("r-rcpp", "lib/R/library/Rcpp/include/Rcpp.h")]
    public void What_programs_licences_and_records_need_stays(string package, string path) => Assert.False(SlimRules.Covers(package, path));

    [Theory]
    [InlineData("**/*.a", "a.a", true)]
    [InlineData("**/*.a", "x/y/z.a", true)]
    [InlineData("**/*.a", "x/y.a/z", false)]
    [InlineData("man/**", "man", true)]
    [InlineData("man/**", "man/man1/x", true)]
    [InlineData("man/**", "manual", false)]
    [InlineData("a/**/b/*", "a/b/c", true)]
    [InlineData("a/**/b/*", "a/x/y/b/c", true)]
    [InlineData("a/**/b/*", "a/x/y/b/c/d", false)]
    [InlineData("**/*LICENSE*", "x/license.txt", true)]
    [InlineData("a*b*c", "a-b-c", true)]
    [InlineData("a*b*c", "a-c-b", false)]
    [InlineData("**/a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void Patterns_stand_for_paths(string pattern, string path, bool matches) => Assert.Equal(matches, new PathPattern(pattern).Matches(path.Split('/')));

    [Fact]
    public void All_rules_are_listed()
    {
        string text = SlimText.Write();
        Assert.All(SlimRules.All, rule => Assert.All(rule.Drops.Concat(rule.Keeps).Concat(rule.NotOf), pattern => Assert.Contains(pattern, text, StringComparison.Ordinal)));
    }
}
