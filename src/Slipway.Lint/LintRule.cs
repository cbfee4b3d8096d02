using Slipway.Dockerfile;

namespace Slipway.Lint;

/// <summary>One build check, named and worded as BuildKit's. A rule overrides the view of the file it needs.</summary>
internal abstract class LintRule(string name, string description)
{
    public string Name { get; } = name;

    public string Description { get; } = description;

    /// <summary>Off unless the file asks for it.</summary>
    public virtual bool IsExperimental => false;

    /// <summary>Where the rule is explained: its name with hyphens.</summary>
    public string Url => "https://docs.docker.com/go/dockerfile/rule/" + Hyphenated(Name) + "/";

    /// <summary>Sees the file once, with all its branches and stages.</summary>
    public virtual void CheckFile(DockerfileDocument document, LintCollector found)
    {
    }

    /// <summary>Sees the stages that are left after conditionals around stages.</summary>
    public virtual void CheckStages(IReadOnlyList<Stage> stages, LintCollector found)
    {
    }

    /// <summary>Sees each FROM that is left after conditionals around stages, with its variables expanded.</summary>
    public virtual void CheckFrom(FromFacts from, LintCollector found)
    {
    }

    /// <summary>Sees each instruction of the stages that are needed.</summary>
    public virtual void CheckInstruction(InstructionFacts instruction, LintCollector found)
    {
    }

    private static string Hyphenated(string name)
    {
        var result = new System.Text.StringBuilder();
        for (int i = 0; i < name.Length; i++)
        {
            bool startsWord = char.IsUpper(name[i]) && i > 0
                && (char.IsLower(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            result.Append(startsWord ? "-" : "").Append(char.ToLowerInvariant(name[i]));
        }

        return result.ToString();
    }
}
