namespace Slipway.Dockerfile;

internal static class RunReader
{
    public static RunInstruction Read(InstructionSyntax syntax)
    {
        var flags = new InstructionFlags(syntax.Flags, syntax.Name, FlagKind.List("mount"), "network", "security", FlagKind.List("device"));
        IReadOnlyList<Word> mounts = flags.Texts("mount");
        foreach (Word mount in mounts)
        {
            Check(mount, text => RunMount.CheckUnexpanded(text), "bad-mount");
        }

        return new RunInstruction(
            syntax,
            InstructionReader.ReadCommand(syntax),
            mounts,
            Choice(flags.Text("network"), RunNetwork.Default, ("default", RunNetwork.Default), ("none", RunNetwork.None), ("host", RunNetwork.Host)),
            Choice(flags.Text("security"), RunSecurity.Sandbox, ("sandbox", RunSecurity.Sandbox), ("insecure", RunSecurity.Insecure)),
            [.. flags.Texts("device").Select(d => Check(d, RunDevice.Parse, "bad-device"))]);
    }

    private static T Choice<T>(Word? flag, T standard, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        if (flag is not { Text.Length: > 0 } word)
        {
            return standard;
        }

        var names = new List<string>();
        foreach ((string name, T value) in choices)
        {
            if (name == word.Text)
            {
                return value;
            }

            names.Add(name);
        }

        throw new InstructionException(
            "bad-flag-value",
            $"\"{word}\" is not one of {string.Join(", ", names)}{DidYouMean.Of(word.Text, names)}",
            word.Span);
    }

    private static T Check<T>(Word word, Func<string, T> parse, string code)
    {
        try
        {
            return parse(word.Text);
        }
        catch (FormatException mistake)
        {
            throw new InstructionException(code, mistake.Message, word.Span);
        }
    }
}
