using System.Text;
using System.Text.RegularExpressions;

namespace Slipway.Packages.Entries;

/// <summary>
/// The first line of a program that names its interpreter. Linux reads no more than 127 bytes of it and splits it at spaces, so a line that is too long or
/// has a space in its path is turned into one that works: for Python <c>/bin/sh</c> executes the interpreter, by a line that Python takes for a text; others
/// are looked for in <c>PATH</c> by <c>env</c>. (What rattler writes; it works in an environment that is not activated.)
/// </summary>
public static partial class Shebang
{
    /// <summary>BINPRM_BUF_SIZE of Linux before 5.1, less the end mark; newer ones take 255.</summary>
    private const int Longest = 127;

    public static bool IsOne(ReadOnlySpan<byte> start) => start.StartsWith("#!"u8);

    /// <summary>The line, without its line feed, with the placeholder replaced.</summary>
    public static byte[] Relocate(ReadOnlySpan<byte> line, ReadOnlySpan<byte> placeholder, ReadOnlySpan<byte> prefix)
    {
        // Latin-1 maps each byte to a character and back, whatever the file is written in.
        string text = Encoding.Latin1.GetString(line), from = Encoding.Latin1.GetString(placeholder), to = Encoding.Latin1.GetString(prefix);
        return Encoding.Latin1.GetBytes(Relocate(text, from, to));
    }

    /// <summary>The line for an interpreter in the environment, as a script that is made here begins with.</summary>
    public static string For(string interpreter) => interpreter.Contains(' ', StringComparison.Ordinal) || interpreter.Length + 2 > Longest
        ? Indirect(interpreter, "")
        : "#!" + interpreter;

    /// <summary>The line for a Python of any name, as pip and others write it: direct when it fits with its line feed into 127 bytes and has no space.</summary>
    public static string ForPython(string interpreter) => interpreter.Contains(' ', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(interpreter) + 3 > Longest
        ? Trampoline(interpreter, "")
        : "#!" + interpreter;

    private static string Relocate(string line, string from, string to)
    {
        string relocated = line.Replace(from, to, StringComparison.Ordinal);
        if (to.Contains(' ', StringComparison.Ordinal))
        {
            // Taken apart before the spaces are in it.
            return line.Contains(from, StringComparison.Ordinal) && Parts().Match(line) is { Success: true } before
                ? Indirect(before.Groups["path"].Value.Replace(from, to, StringComparison.Ordinal), before.Groups["rest"].Value.Replace(from, to, StringComparison.Ordinal))
                : relocated;
        }

        return relocated.Length > Longest && Parts().Match(relocated) is { Success: true } parts
            ? Indirect(parts.Groups["path"].Value, parts.Groups["rest"].Value)
            : relocated;
    }

    private static string Indirect(string interpreter, string rest)
    {
        string name = interpreter[(interpreter.LastIndexOf('/') + 1)..];
        return Python().IsMatch(name) ? Trampoline(interpreter, rest) : $"#!/usr/bin/env {name}{rest}";
    }

    private static string Trampoline(string interpreter, string rest) => $"#!/bin/sh\n'''exec' \"{interpreter}\"{rest} \"$0\" \"$@\" #'''";

    [GeneratedRegex(@"^#! *(?<path>/(?:\\ |[^ \n\r\t])*)(?<rest>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();

    [GeneratedRegex(@"^python(?:[0-9]+(?:\.[0-9]+)?)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Python();
}
