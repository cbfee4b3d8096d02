using System.Globalization;

namespace Slipway.Dockerfile;

internal static class HealthcheckReader
{
    private const long Millisecond = 1_000_000;

    public static HealthcheckInstruction Read(InstructionSyntax syntax)
    {
        string text = syntax.Arguments.Text;
        int end = 0;
        while (end < text.Length && !char.IsWhiteSpace(text[end]))
        {
            end++;
        }

        switch (text[..end].ToUpperInvariant())
        {
            case "":
                throw new InstructionException("missing-argument", "HEALTHCHECK requires at least one argument", help: "write HEALTHCHECK CMD command, or HEALTHCHECK NONE");
            case "NONE" when end == text.Length:
                return new HealthcheckInstruction(syntax, Command: null, new HealthcheckOptions(0, 0, 0, 0, 0));
            case "NONE":
                throw new InstructionException("too-many-arguments", "HEALTHCHECK NONE takes no arguments", syntax.Arguments.Span);
            case "CMD":
                return ReadCmd(syntax, end);
            default:
                throw new InstructionException(
                    "bad-healthcheck", $"Unknown type \"{text[..end]}\" in HEALTHCHECK (try CMD)", syntax.WordInArguments(0, end).Span);
        }
    }

    private static HealthcheckInstruction ReadCmd(InstructionSyntax syntax, int typeEnd)
    {
        var flags = new InstructionFlags(syntax.Flags, syntax.Name, "interval", "timeout", "start-period", "start-interval", "retries");
        int commandStart = typeEnd;
        while (commandStart < syntax.Arguments.Text.Length && char.IsWhiteSpace(syntax.Arguments.Text[commandStart]))
        {
            commandStart++;
        }

        CommandLine command = InstructionReader.ReadCommand(syntax, commandStart);
        if (command.Arguments.Count == 0)
        {
            throw new InstructionException("missing-argument", "Missing command after HEALTHCHECK CMD", syntax.Arguments.Span);
        }

        var options = new HealthcheckOptions(
            Time(flags, "interval"), Time(flags, "timeout"), Time(flags, "start-period"), Time(flags, "start-interval"), Retries(flags));
        return new HealthcheckInstruction(syntax, command, options);
    }

    private static long Time(InstructionFlags flags, string name)
    {
        if (flags.Text(name) is not { Text.Length: > 0 } word)
        {
            return 0;
        }

        long time;
        try
        {
            time = GoDuration.Parse(word.Text);
        }
        catch (FormatException mistake)
        {
            throw new InstructionException("bad-duration", mistake.Message, word.Span, "write for example 30s or 1m30s");
        }

        return time is 0 or >= Millisecond
            ? time
            : throw new InstructionException("bad-duration", $"Interval \"{name}\" cannot be less than 1ms", word.Span);
    }

    private static int Retries(InstructionFlags flags)
    {
        if (flags.Text("retries") is not { Text.Length: > 0 } word)
        {
            return 0;
        }

        if (!int.TryParse(word.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int retries))
        {
            throw new InstructionException("bad-retries", $"--retries must be a whole number, not \"{word}\"", word.Span);
        }

        return retries >= 0
            ? retries
            : throw new InstructionException("bad-retries", $"--retries cannot be negative ({retries})", word.Span);
    }
}
