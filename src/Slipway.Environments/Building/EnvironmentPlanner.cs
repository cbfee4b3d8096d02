using System.Collections.Immutable;
using System.Text;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Environments.Layering;
using Slipway.Environments.Locking;
using Slipway.Environments.Recipes;
using Slipway.Foundation.Hashing;
using Slipway.Images.Model;

namespace Slipway.Environments.Building;

/// <summary>
/// Turns a locked recipe into a plan: base, packages of the base system, user, the layers of packages, the project's files, <c>postBuild</c>. Nothing is fetched for it.
/// </summary>
/// <param name="recipe">What was asked for.</param>
/// <param name="locked">What it came to.</param>
/// <param name="image">The base image.</param>
/// <param name="layout">Where things are.</param>
/// <param name="label">Names the steps.</param>
internal sealed class EnvironmentPlanner(EnvironmentRecipe recipe, PlatformLock locked, BaseImage image, ImageLayout layout, StageLabel label)
{
    /// <summary>What every image sets.</summary>
    public static readonly ImmutableSortedDictionary<string, string> UsualVariables =
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("LANG", "C.UTF-8"), KeyValuePair.Create("LC_ALL", "C.UTF-8")]);

    private readonly List<PlannedHistory> _history = [];
    private Operation _top = new ImageOperation(new StepOrigin(label, label.NextStep(), $"FROM {locked.Base}", null, default), image);

    /// <param name="conda">The conda packages; null without any.</param>
    /// <param name="pythons">The Python packages and projects; null without any.</param>
    /// <param name="activation">What activating the environment sets.</param>
    /// <param name="labels">Further labels of the image.</param>
    public Plan Plan(CondaEnvironment? conda, ImagePythons? pythons, ActivationRecord activation, ImmutableSortedDictionary<string, string> labels)
    {
        if (!locked.Apt.IsEmpty)
        {
            Add(origin => AptInstall.Operation(origin, _top, locked), AptInstall.Title(locked));
        }

        Add(origin => new LayerOperation(origin, _top, new UserLayerSource(layout)), $"user {layout.UserName} ({layout.Uid}:{layout.Gid})");
        foreach ((string title, ILayerSource source) in EnvironmentLayers.Of(conda, pythons))
        {
            Add(origin => new LayerOperation(origin, _top, source), title);
        }

        ImageConfig config = Config(activation, labels);
        AddProject();
        AddRPackage(config);
        AddInstallR(config);
        AddPostBuild(config);
        var stage = new PlannedStage(label.Name, 0, _top, config, [.. _history]);
        return new Plan { Target = stage, Stages = [stage], Decisions = [], Warnings = recipe.Warnings };
    }

    private void Add(Func<StepOrigin, Operation> make, string title)
    {
        _top = make(new StepOrigin(label, label.NextStep(), title, null, default));
        _history.Add(new PlannedHistory(title, _top));
    }

    private void AddProject()
    {
        var from = new ContextSource("context");
        ImmutableArray<string> patterns = recipe.Settings.Files.IsEmpty ? ["."] : recipe.Settings.Files;
        var copy = new CopyDefinition
        {
            Items = [.. patterns.Select(pattern => new CopyItem(from, pattern))],
            Destination = layout.Project + "/",
            Owner = $"{layout.Uid}:{layout.Gid}",
            Parents = !recipe.Settings.Files.IsEmpty,
        };
        Add(origin => new CopyOperation(origin, _top, copy), $"project files -> {layout.Project}");
        foreach (string script in new[] { recipe.Start, recipe.PostBuild }.OfType<string>())
        {
            // Both are run even if the repository has them without the right to.
            var executable = new CopyDefinition { Items = [new CopyItem(from, script)], Destination = $"{layout.Project}/{script}", Owner = $"{layout.Uid}:{layout.Gid}", Mode = "0755" };
            Add(origin => new CopyOperation(origin, _top, executable), $"{script} (executable)");
        }
    }

    private void AddRPackage(ImageConfig config)
    {
        if (recipe.RPackage is { } package)
        {
            RunAsRoot(config, $"exec R CMD INSTALL --clean --library={layout.LibraryOfR} .", $"R package {package.Name}");
        }
    }

    private void AddInstallR(ImageConfig config)
    {
        if (recipe.InstallR is { } script)
        {
            RunAsRoot(config, $"exec Rscript '{script}'", script);
        }
    }

    // As root, because what it installs belongs to the environment, as the packages do.
    private void RunAsRoot(ImageConfig config, string command, string title)
    {
        var run = new RunDefinition
        {
            Arguments = ["/bin/sh", "-c", $"mkdir -p {layout.LibraryOfR} && {command}"],
            Environment = [.. config.Config.Env, "HOME=/root"],
            WorkingDirectory = layout.Project,
            User = "",
        };
        Add(origin => new RunOperation(origin, _top, run) { Platform = image.Config.Platform }, $"{title} (its result may differ from build to build)");
    }

    private void AddPostBuild(ImageConfig config)
    {
        if (recipe.PostBuild is not { } script)
        {
            return;
        }

        var run = new RunDefinition
        {
            Arguments = [$"{layout.Project}/{script}"],
            Environment = [.. config.Config.Env, $"HOME={layout.Home}", $"USER={layout.UserName}"],
            WorkingDirectory = layout.Project,
            User = $"{layout.Uid}:{layout.Gid}",
        };
        Add(origin => new RunOperation(origin, _top, run) { Platform = image.Config.Platform }, $"{script} (its result may differ from build to build)");
    }

    private ImageConfig Config(ActivationRecord activation, ImmutableSortedDictionary<string, string> labels)
    {
        var variables = new List<KeyValuePair<string, string>>();
        foreach (string text in image.Config.Config.Env)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            Set(equals < 0 ? text : text[..equals], equals < 0 ? "" : text[(equals + 1)..]);
        }

        IEnumerable<KeyValuePair<string, string>> ofR = recipe.InstallR is null && recipe.RPackage is null ? [] : [new("R_LIBS", layout.LibraryOfR)];
        foreach ((string name, string value) in UsualVariables.Concat(activation.Variables).Concat(ofR).Concat(recipe.Settings.Variables))
        {
            Set(name, value);
        }

        ContainerConfig before = image.Config.Config;
        return image.Config with
        {
            Config = before with
            {
                User = $"{layout.Uid}:{layout.Gid}",
                WorkingDir = layout.Project,
                Env = [.. variables.Select(v => $"{v.Key}={v.Value}")],
                Entrypoint = !recipe.Settings.Entrypoint.IsEmpty ? recipe.Settings.Entrypoint : recipe.Start is { } start ? [$"{layout.Project}/{start}"] : [],
                Cmd = UsualCommand.Of(recipe, locked, before.Cmd),
                ExposedPorts = UsualCommand.Has(locked, "jupyterlab") ? [.. before.ExposedPorts.Append("8888/tcp").Distinct()] : before.ExposedPorts,
                Labels = Labels(before.Labels, labels),
            },
        };

        void Set(string name, string value)
        {
            int at = variables.FindIndex(v => v.Key == name);
            if (at >= 0)
            {
                variables[at] = new(name, value);
            }
            else
            {
                variables.Add(new(name, value));
            }
        }
    }

    private ImmutableSortedDictionary<string, string> Labels(IReadOnlyDictionary<string, string> before, ImmutableSortedDictionary<string, string> own)
    {
        var all = before.ToImmutableSortedDictionary(StringComparer.Ordinal).ToBuilder();
        all["org.opencontainers.image.base.name"] = ImageReference.Parse(locked.Base).ToString();
        all["org.opencontainers.image.base.digest"] = locked.BaseDigest.ToString();
        all["io.slipway.lock"] = Digest.Of(Encoding.UTF8.GetBytes(LockWriter.Write(new EnvironmentLock([locked])))).ToString();
        if (locked.Slim is { } rules)
        {
            all["io.slipway.slim"] = rules;
        }

        string[] scripts = [.. new[] { recipe.RPackage is null ? null : "DESCRIPTION", recipe.InstallR, recipe.PostBuild }.OfType<string>().Select(Path.GetFileName).OfType<string>()];
        if (scripts.Length > 0)
        {
            all["io.slipway.not-reproducible"] = string.Join(' ', scripts);
        }

        foreach ((string name, string value) in own)
        {
            all[name] = value;
        }

        return all.ToImmutable();
    }
}
