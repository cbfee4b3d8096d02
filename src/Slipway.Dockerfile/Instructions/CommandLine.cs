namespace Slipway.Dockerfile;

/// <summary>The command of RUN, CMD, ENTRYPOINT and HEALTHCHECK. Its text is never expanded by the builder.</summary>
/// <param name="IsShell">True: one text for the SHELL, with heredocs below it; false: the JSON form, words for exec.</param>
/// <param name="Arguments">The words; in the shell form exactly one, or none when nothing was written.</param>
/// <param name="Heredocs">Only RUN in shell form has them.</param>
public sealed record CommandLine(bool IsShell, IReadOnlyList<string> Arguments, IReadOnlyList<Heredoc> Heredocs)
{
    /// <summary>Where <see cref="ScriptFile"/> is mounted.</summary>
    public const string ScriptDirectory = "/dev/pipes";

    /// <summary>
    /// The text to give to the shell: the line itself; or the body when the line is nothing but one heredoc; or the line with the bodies below it.
    /// When the line is one heredoc that starts with <c>#!</c>, this is the path of <see cref="ScriptFile"/>.
    /// </summary>
    public string ShellText
    {
        get
        {
            string line = Arguments.Count == 0 ? "" : Arguments[0];
            if (Heredocs.Count == 0)
            {
                return line;
            }

            if (!IsOnlyHeredoc)
            {
                return string.Join('\n', [line, .. Heredocs.Select(h => h.Content + h.Name)]);
            }

            return ScriptFile is { } script ? $"{ScriptDirectory}/{script.Name}" : Heredocs[0].Data;
        }
    }

    /// <summary>A script to be put, read-only and with mode 0755, into <see cref="ScriptDirectory"/> while the command runs; usually null.</summary>
    public InlineFile? ScriptFile => IsOnlyHeredoc && Heredocs[0].Data.StartsWith("#!", StringComparison.Ordinal)
        ? new InlineFile(Heredocs[0].Name, Heredocs[0].Data, Expand: false)
        : null;

    private bool IsOnlyHeredoc => Heredocs.Count > 0 && IsShell && HeredocWord.Parse(Arguments[0]) is not null;
}
