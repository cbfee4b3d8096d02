namespace Slipway.Sandbox.Hosts;

/// <summary>How control groups are mounted on this machine (cgroups(7)).</summary>
public enum CgroupMode
{
    /// <summary>Nothing is mounted at <c>/sys/fs/cgroup</c>.</summary>
    None,

    /// <summary>Only version 1 hierarchies.</summary>
    Legacy,

    /// <summary>Version 1 hierarchies and a version 2 one beside them, in <c>unified</c>.</summary>
    Hybrid,

    /// <summary>Version 2 at <c>/sys/fs/cgroup</c>.</summary>
    Unified,
}

internal static class CgroupModes
{
    /// <summary>Reads the mode off the text of <c>/proc/self/mountinfo</c> (proc_pid_mountinfo(5)).</summary>
    public static CgroupMode FromMountInfo(string mountInfo)
    {
        bool legacy = false, unified = false, below = false;
        foreach (string line in mountInfo.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            int dash = Array.IndexOf(words, "-");
            if (dash < 0 || words.Length <= dash + 1 || !words[4].StartsWith("/sys/fs/cgroup", StringComparison.Ordinal))
            {
                continue;
            }

            string type = words[dash + 1];
            legacy |= type == "cgroup";
            unified |= type == "cgroup2" && words[4] == "/sys/fs/cgroup";
            below |= type == "cgroup2" && words[4] != "/sys/fs/cgroup";
        }

        return unified ? CgroupMode.Unified : legacy && below ? CgroupMode.Hybrid : legacy || below ? CgroupMode.Legacy : CgroupMode.None;
    }
}
