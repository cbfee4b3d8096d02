namespace Slipway.PyPi.Versions;

/// <summary>What the operators of PEP 440 mean, as ranges.</summary>
internal static class SpecifierRanges
{
    /// <summary>The versions that a clause admits; not for <c>===</c>.</summary>
    public static VersionRanges Of(VersionSpecifier specifier)
    {
        PythonVersion version = specifier.Version!;
        return specifier.Operator switch
        {
            SpecifierOperator.AtLeast => From(VersionCut.Before(version)),
            SpecifierOperator.AtMost => To(VersionCut.AfterLocals(version)),

            // Post-releases and local labels of V are not above V, unless V is one of the former itself; nothing follows a development release but the next.
            SpecifierOperator.Above => From(version.IsPostrelease || version.IsDevelopment ? VersionCut.AfterLocals(version) : VersionCut.AfterPosts(version)),

            // Pre-releases of V are not below V, unless V is one itself.
            SpecifierOperator.Below => To(VersionCut.Before(version.IsPrerelease ? version : With(version, version.ReleaseArray, version.Post))),
            SpecifierOperator.Compatible => Between(VersionCut.Before(version), VersionCut.Before(Next(version, version.ReleaseArray.AsSpan(0, version.ReleaseArray.Length - 1)))),
            SpecifierOperator.Equal => Equal(specifier),
            SpecifierOperator.NotEqual => VersionRanges.All.Except(Equal(specifier)),
            _ => throw new InvalidOperationException("=== has no ranges"),
        };
    }

    private static VersionRanges Equal(VersionSpecifier specifier)
    {
        PythonVersion version = specifier.Version!;
        return specifier.IsPrefix ? Between(VersionCut.Before(With(version, version.ReleaseArray, null)), VersionCut.Before(Next(version, version.ReleaseArray)))
            : Between(VersionCut.Before(version), version.Local is null ? VersionCut.AfterLocals(version) : VersionCut.JustAfter(version));
    }

    /// <summary>The first version of the next release with that many numbers: 1.2 → 1.3.dev0.</summary>
    private static PythonVersion Next(PythonVersion version, ReadOnlySpan<long> release)
    {
        long[] next = release.ToArray();
        next[^1]++;
        return With(version, next, null);
    }

    private static PythonVersion With(PythonVersion version, long[] release, long? post) => new(version.Epoch, release, null, post, 0, null);

    private static VersionRanges From(VersionCut cut) => VersionRanges.Of([cut]);

    private static VersionRanges To(VersionCut cut) => Between(VersionCut.Minimum, cut);

    private static VersionRanges Between(VersionCut from, VersionCut to) => from.CompareTo(to) < 0 ? VersionRanges.Of([from, to]) : VersionRanges.None;
}
