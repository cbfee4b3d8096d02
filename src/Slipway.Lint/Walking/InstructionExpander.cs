using Slipway.Dockerfile;
using Slipway.Foundation.Text;

namespace Slipway.Lint;

/// <summary>Expands the words of one instruction, notes the variables that have no value, and says how the stage changes.</summary>
internal sealed class InstructionExpander(
    WordExpander expander, StageScope scope, ResolvedDockerfile file, IReadOnlyDictionary<string, string> buildArguments)
{
    /// <summary>Variables without a value which no ARG declares.</summary>
    public SortedSet<string> Unmatched { get; } = new(StringComparer.Ordinal);

    public (IReadOnlyList<string> Words, Action Apply) Expand(Instruction instruction)
    {
        try
        {
            return instruction switch
            {
                ArgInstruction arg => Arguments(arg),
                EnvInstruction env => Environment(env),
                LabelInstruction label => ([.. label.Pairs.SelectMany(p => (string[])[Word(p.Key), Word(p.Value)])], Nothing),
                TransferInstruction transfer => (Paths(transfer), Nothing),
                RunInstruction run => (Mounts(run), Nothing),
                WorkdirInstruction workdir => ([Word(workdir.Path)], () => scope.HasWorkdir = true),
                ShellInstruction => ([], () => scope.HasShell = true),
                UserInstruction user => ([Word(user.User)], Nothing),
                StopSignalInstruction stop => ([Word(stop.Signal)], Nothing),
                VolumeInstruction volume => ([.. volume.Paths.Select(Word)], Nothing),
                ExposeInstruction expose => ([.. expose.Ports.SelectMany(p => expander.ExpandToWords(p.Text, scope.Lookup))], Nothing),
                _ => ([], Nothing),
            };
        }
        catch (Exception mistake) when (mistake is ExpansionException or FormatException)
        {
            throw new DiagnosticException(new Diagnostic(
                Severity.Error, "bad-word", mistake.Message, instruction.Source, instruction.Span));
        }
    }

    private static void Nothing()
    {
    }

    private (IReadOnlyList<string> Words, Action Apply) Arguments(ArgInstruction instruction)
    {
        // Each argument of a line sees those before it, so they are declared at once.
        var names = new List<string>();
        foreach (ArgDeclaration declaration in instruction.Arguments)
        {
            string name = declaration.Name;
            string? value = buildArguments.TryGetValue(name, out string? given) ? given
                : declaration.Default is { } word ? Word(word)
                : file.LookupGlobal(name);
            if (value is not null)
            {
                scope.Environment[name] = value;
            }

            scope.Declared.Add(name);
            names.Add(name);
        }

        return (names, Nothing);
    }

    private (IReadOnlyList<string> Words, Action Apply) Environment(EnvInstruction instruction)
    {
        (string Key, string Value)[] pairs = [.. instruction.Pairs.Select(p => (Word(p.Key), Word(p.Value)))];
        return ([.. pairs.Select(p => p.Key)], Apply);

        void Apply()
        {
            foreach ((string key, string value) in pairs)
            {
                scope.Environment[key] = value;
            }
        }
    }

    private IReadOnlyList<string> Paths(TransferInstruction instruction)
    {
        foreach (Word? flag in (Word?[])[instruction.Chown, instruction.Chmod, (instruction as AddInstruction)?.Checksum, instruction.Destination])
        {
            if (flag is { } word)
            {
                Word(word);
            }
        }

        foreach (InlineFile inline in instruction.InlineFiles.Where(f => f.Expand))
        {
            Note(WordExpander.ExpandHeredoc(inline.Data, scope.Lookup));
        }

        return [.. instruction.Sources.Select(Word)];
    }

    private IReadOnlyList<string> Mounts(RunInstruction instruction)
    {
        foreach (Word mount in instruction.Mounts)
        {
            RunMount.Parse(mount.Text, value => Note(expander.ExpandWithNames(value, scope.Lookup)));
        }

        return [];
    }

    private string Word(Word word) => Note(expander.ExpandWithNames(word.Text, scope.Lookup));

    private string Note(Expansion expansion)
    {
        Unmatched.UnionWith(expansion.Unmatched.Where(name => !scope.Declared.Contains(name)));
        return expansion.Text;
    }
}
