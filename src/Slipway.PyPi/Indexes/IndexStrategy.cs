namespace Slipway.PyPi.Indexes;

/// <summary>Which of several indexes a project may come from.</summary>
public enum IndexStrategy
{
    /// <summary>The first one that knows the project has it alone: nobody can slip in a higher version under the name of a private project elsewhere.</summary>
    FirstIndex,

    /// <summary>All that know it, each in its turn: a version of a later index is only taken where none of those before fits. Unsafe with names that are not the user's own there.</summary>
    UnsafeFirstMatch,

    /// <summary>All that know it as if they were one, as pip has it: the highest version wins, whoever offers it. Unsafe, see CVE-2018-20225.</summary>
    UnsafeBestMatch,
}
