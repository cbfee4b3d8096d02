namespace Slipway.Dockerfile;

/// <summary>The command of RUN, CMD, ENTRYPOINT and HEALTHCHECK. Its text is never expanded by the builder.</summary>
/// <param name="IsShell">True: one text for the SHELL, with heredocs below it; false: the JSON form, words for exec.</param>
/// <param name="Arguments">The words; in the shell form exactly one, or none when nothing was written.</param>
/// <param name="Heredocs">Only RUN in shell form has them.</param>
public sealed record CommandLine(bool IsShell, IReadOnlyList<string> Arguments, IReadOnlyList<Heredoc> Heredocs)
{
    /// <summary>
    /// The text to give to the shell: the line itself; or the body when the line is nothing but one heredoc; or the line with the bodies below it.
    /// When the line is one heredoc that starts with <c>#!</c>, this is the path of <see cref="ScriptFile"/>.
    /// </summary>
    public string ShellText => throw new NotImplementedException();

    /// <summary>A script to be put, read-only and with mode 0755, into <see cref="ScriptDirectory"/> while the command runs; usually null.</summary>
    public InlineFile? ScriptFile => throw new NotImplementedException();

    /// <summary>Where <see cref="ScriptFile"/> is mounted.</summary>
    public const string ScriptDirectory = "/dev/pipes";
}
