using System.Globalization;
using System.Text;
using Slipway.Environments.Building;
using Slipway.Environments.Locking;
using Slipway.Environments.Recipes;

namespace Slipway.Environments.Printing;

/// <summary>
/// An equivalent Dockerfile for people who stay with other builders: the same base, the same packages with the same hashes, the same user. Not the same bytes: it installs in RUN steps, and
/// one changed package makes all of them anew.
/// </summary>
public static class DockerfileText
{
    /// <summary>The text.</summary>
    public static string Of(EnvironmentRecipe recipe, PlatformLock locked, ImageLayout layout)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# syntax=docker/dockerfile:1\nFROM {locked.Base}@{locked.BaseDigest}\n\n");
        if (locked.Slim is not null)
        {
            text.Append("# The image of slipway is slim; here packages keep all their files.\n");
        }

        if (!locked.Apt.IsEmpty)
        {
            text.Append("RUN apt-get update \\\n && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \\\n");
            text.Append(string.Concat(locked.Apt.Where(p => p.IsRequested).Select(p => $"      {p.Name}={p.Version} \\\n"))).Append(" && rm -rf /var/lib/apt/lists/*\n\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"RUN groupadd --gid {layout.Gid} {layout.UserName} \\\n && useradd --uid {layout.Uid} --gid {layout.Gid} --create-home {layout.UserName}\n\n");
        if (!locked.Conda.IsEmpty)
        {
            text.Append("COPY --from=mambaorg/micromamba:2 /bin/micromamba /usr/local/bin/micromamba\nRUN <<END\ncat >/tmp/conda.txt <<LIST\n@EXPLICIT\n");
            text.Append(string.Concat(locked.Conda.Select(p => $"{p.Record.Url}{(p.Record.Sha256 is { } sha ? $"#sha256:{sha}" : $"#{p.Record.Md5}")}\n")));
            text.Append(CultureInfo.InvariantCulture, $"LIST\nmicromamba create --yes --prefix {layout.Prefix} --file /tmp/conda.txt\nmicromamba clean --all --yes\nrm /tmp/conda.txt\nEND\n");
            text.Append(CultureInfo.InvariantCulture, $"ENV PATH={layout.Prefix}/bin:$PATH CONDA_PREFIX={layout.Prefix}\n\n");
        }

        if (locked.HasPython)
        {
            if (locked.Conda.IsEmpty)
            {
                text.Append(CultureInfo.InvariantCulture, $"RUN python3 -m venv {layout.Prefix}\nENV PATH={layout.Prefix}/bin:$PATH VIRTUAL_ENV={layout.Prefix}\n");
            }

            foreach (LockedPythonPackage package in locked.Python.Where(p => p.Repository is not null))
            {
                text.Append(CultureInfo.InvariantCulture, $"RUN {layout.Prefix}/bin/python -m pip install --no-cache-dir --no-deps '{package.Name} @ {package.Url}'\n");
            }

            foreach (LockedPythonPackage package in locked.Python.Where(p => p.LocalPath is not null))
            {
                text.Append(CultureInfo.InvariantCulture, $"RUN --mount=type=bind,target=/mnt/project {layout.Prefix}/bin/python -m pip install --no-cache-dir --no-deps '/mnt/project/{package.LocalPath}'\n");
            }

            text.Append("RUN <<END\ncat >/tmp/requirements.txt <<LIST\n");
            text.Append(string.Concat(locked.Python.Where(p => p.Sha256 is not null && p.LocalPath is null).Select(p => $"{(p.IsDirect ? p.Requirement : $"{p.Name}=={p.Version}")} --hash=sha256:{p.Sha256}\n")));
            text.Append(CultureInfo.InvariantCulture, $"LIST\n{layout.Prefix}/bin/python -m pip install --no-cache-dir --no-deps --require-hashes --requirement /tmp/requirements.txt\nrm /tmp/requirements.txt\nEND\n\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"ENV LANG=C.UTF-8 LC_ALL=C.UTF-8\nWORKDIR {layout.Project}\nCOPY --chown={layout.Uid}:{layout.Gid} . {layout.Project}/\nUSER {layout.Uid}:{layout.Gid}\n");
        if (recipe.RPackage is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"ENV R_LIBS={layout.LibraryOfR}\nUSER root\nRUN mkdir -p {layout.LibraryOfR} && R CMD INSTALL --clean --library={layout.LibraryOfR} .\nUSER {layout.Uid}:{layout.Gid}\n");
        }

        foreach (LockedProject project in locked.Projects)
        {
            text.Append(CultureInfo.InvariantCulture, $"USER root\nRUN {layout.Prefix}/bin/python -m pip install --no-cache-dir --no-deps ./{project.Folder}\nUSER {layout.Uid}:{layout.Gid}\n");
        }

        if (recipe.InstallR is { } install)
        {
            text.Append(CultureInfo.InvariantCulture, $"ENV R_LIBS={layout.LibraryOfR}\nUSER root\nRUN mkdir -p {layout.LibraryOfR} && Rscript {install}\nUSER {layout.Uid}:{layout.Gid}\n");
        }

        if (recipe.PostBuild is { } script)
        {
            text.Append(CultureInfo.InvariantCulture, $"RUN chmod +x {script} && ./{script}\n");
        }

        if (recipe.Start is { } start)
        {
            text.Append(CultureInfo.InvariantCulture, $"RUN chmod +x {start}\nENTRYPOINT [\"{layout.Project}/{start}\"]\n");
        }

        IReadOnlyList<string> command = UsualCommand.Of(recipe, locked, []);
        return command.Count == 0 ? text.ToString() : text.Append(CultureInfo.InvariantCulture, $"CMD [{string.Join(", ", command.Select(word => $"\"{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""))}]\n").ToString();
    }
}
