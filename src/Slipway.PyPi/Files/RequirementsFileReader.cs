using Slipway.Foundation.Text;

namespace Slipway.PyPi.Files;

/// <summary>Reads requirements files (<c>requirements.txt</c>, <c>.in</c>, constraints) as pip does, with all files they name.</summary>
/// <param name="files">The folder that pip would run in.</param>
/// <param name="environment">Gives the variables that lines name as <c>${NAME}</c>.</param>
/// <param name="fetch">Gets files that are named by an address; null: none is got.</param>
public sealed class RequirementsFileReader(IProjectFiles files, Func<string, string?> environment, AddressReader? fetch = null)
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path, seen from the folder.</param>
    /// <param name="asConstraints">Whether it was named with <c>-c</c>.</param>
    /// <param name="problems">Takes errors and warnings.</param>
    /// <returns>What was understood.</returns>
    public async Task<RequirementsFile> ReadAsync(string path, bool asConstraints, ICollection<Diagnostic> problems, CancellationToken cancellationToken)
    {
        var reading = new Reading(files, environment, fetch, problems, cancellationToken);
        await reading.FileAsync(RequirementReader.IsUrl(path) ? path : ProjectPath.Join("", path), asConstraints, null);
        return reading.Result();
    }

    /// <summary>Reads lines of a requirements file that stand in another file, such as those below <c>pip:</c> in an environment.yml.</summary>
    /// <param name="source">The other file.</param>
    /// <param name="folder">Its folder, seen from where the reading began; paths of <c>-r</c> and <c>-c</c> are seen from there.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="problems">Takes errors and warnings.</param>
    public async Task<RequirementsFile> ReadLinesAsync(SourceText source, string folder, IReadOnlyList<WrittenText> lines, ICollection<Diagnostic> problems, CancellationToken cancellationToken)
    {
        var reading = new Reading(files, environment, fetch, problems, cancellationToken);
        await reading.LinesAsync(source, folder, lines);
        return reading.Result();
    }

    private sealed class Reading(IProjectFiles files, Func<string, string?> environment, AddressReader? fetch, ICollection<Diagnostic> problems, CancellationToken cancellationToken)
    {
        private const int Deepest = 50;

        private readonly List<WrittenRequirement> _requirements = [];
        private readonly List<string> _open = [];
        private readonly List<string> _files = [];
        private readonly OptionCollector _options = new(files, problems);
        private readonly RequirementReader _reader = new(files, problems);

        public RequirementsFile Result() => new() { Requirements = _requirements, Options = _options.Options, Files = _files };

        public async Task FileAsync(string path, bool isConstraint, (SourceText Source, TextSpan Span)? named)
        {
            string shown = UrlCredentials.Strip(path);
            if (_open.Contains(path) || _open.Count >= Deepest)
            {
                Report("recursive-file", $"{shown} names itself: {string.Join(" → ", _open.SkipWhile(p => p != path).Append(path).Select(p => UrlCredentials.Strip(p)))}", named, "take one of the lines out");
                return;
            }

            if (await ContentAsync(path, shown, named) is not { } content || TextEncodings.Decode(shown, content, problems) is not { } source)
            {
                return;
            }

            if (!_files.Contains(shown))
            {
                _files.Add(shown);
            }

            _open.Add(path);
            SourceText masked = UrlCredentials.Mask(source);
            foreach (LogicalLine line in RequirementsText.Lines(source, environment))
            {
                await LineAsync(line, masked, path, isConstraint);
            }

            _open.RemoveAt(_open.Count - 1);
        }

        public async Task LinesAsync(SourceText source, string folder, IReadOnlyList<WrittenText> lines)
        {
            SourceText masked = UrlCredentials.Mask(source);
            string path = ProjectPath.Join(folder, source.Path[(source.Path.LastIndexOf('/') + 1)..]);
            foreach (WrittenText written in lines)
            {
                // The lines of a text of several lines are lines of their own; where each stands is not known then.
                foreach (LogicalLine line in RequirementsText.Lines(new SourceText(source.Path, written.Text), _ => null))
                {
                    TracedText text = line.Text.Text == written.Text.Trim() ? TracedText.Of(written.Text, written.Span).Slice(0, written.Text.Length) : TracedText.Of(line.Text.Text, written.Span);
                    await LineAsync(new LogicalLine(RequirementsText.Expand(text, environment), source.PositionAt(written.Span.Start).Line), masked, path, isConstraint: false);
                }
            }
        }

        // What the folder refuses is refused at the line that asks for it.
        private async Task LineAsync(LogicalLine line, SourceText source, string path, bool isConstraint)
        {
            try
            {
                await ReadLineAsync(line, source, path, isConstraint);
            }
            catch (DiagnosticException e)
            {
                foreach (Diagnostic problem in e.Diagnostics)
                {
                    problems.Add(problem.Source is null ? problem with { Source = source, Span = line.Text.Span } : problem);
                }
            }
        }

        private async Task ReadLineAsync(LogicalLine line, SourceText source, string path, bool isConstraint)
        {
            OptionLine parts;
            try
            {
                parts = OptionLine.Read(line.Text);
            }
            catch (OptionException e)
            {
                problems.Add(new Diagnostic(Severity.Error, "bad-option", UrlCredentials.Mask(e.Message), source, e.Span, e.Help));
                return;
            }

            foreach (WrittenText other in parts.Others)
            {
                problems.Add(new Diagnostic(
                    Severity.Warning, "passed-over", $"\"{UrlCredentials.Mask(other.Text)}\" belongs to no option and is passed over, as pip does", source, other.Span, "write one requirement or one option a line"));
            }

            WrittenOption? nested = parts.Options.FirstOrDefault(o => o.Kind == OptionKind.Requirements) ?? parts.Options.FirstOrDefault(o => o.Kind == OptionKind.Constraints);
            if (parts.Requirement is { } requirement)
            {
                Add(_reader.Read(requirement, source, line.Line), parts, source, isConstraint);
            }
            else if (parts.Options.FirstOrDefault(o => o.Kind == OptionKind.Editable) is { } editable)
            {
                Add(_reader.ReadEditable(editable.Value, source, line.Line), parts, source, isConstraint);
            }
            else if (nested is not null)
            {
                string target = nested.Value.Text;
                target = RequirementReader.IsUrl(target) ? target : RequirementReader.IsUrl(path) ? Beside(path, target) : ProjectPath.Join(ProjectPath.FolderOf(path), target);
                await FileAsync(target, nested.Kind == OptionKind.Constraints, (source, nested.Value.Span));
            }
            else
            {
                _options.Add(parts.Options, source, path);
            }
        }

        private void Add(WrittenRequirement? requirement, OptionLine parts, SourceText source, bool isConstraint)
        {
            if (requirement is null)
            {
                return;
            }

            List<FileHash> hashes = [.. requirement.Hashes];
            List<KeyValuePair<string, string>> settings = [];
            foreach (WrittenOption option in parts.Options)
            {
                switch (option.Kind)
                {
                    case OptionKind.Hash:
                        Hash(option, hashes, source);
                        break;
                    case OptionKind.ConfigSettings when option.Value.Text.IndexOf('=', StringComparison.Ordinal) is var equals and > 0:
                        settings.Add(new(option.Value.Text[..equals], option.Value.Text[(equals + 1)..]));
                        break;
                    case OptionKind.ConfigSettings:
                        problems.Add(new Diagnostic(Severity.Error, "bad-option", $"{option.Name} is followed by KEY=VALUE", source, option.Value.Span, "for example --config-settings editable_mode=strict"));
                        break;
                    case OptionKind.Editable when requirement.IsEditable:
                        break;
                    default:
                        problems.Add(new Diagnostic(
                            Severity.Warning, "passed-over", $"{option.Name} has no effect behind a requirement", source, option.Value.Span, "write it on a line of its own"));
                        break;
                }
            }

            _requirements.Add(requirement with { IsConstraint = isConstraint, Hashes = hashes, ConfigSettings = settings });
        }

        private void Hash(WrittenOption option, List<FileHash> hashes, SourceText source)
        {
            if (!FileHash.TryParse(option.Value.Text, out FileHash? hash))
            {
                problems.Add(new Diagnostic(Severity.Error, "bad-hash", $"{option.Name} is followed by ALGORITHM:HASH", source, option.Value.Span, "for example --hash=sha256:2cf24d…"));
            }
            else if (!hash.IsStrong)
            {
                problems.Add(new Diagnostic(
                    Severity.Error, "weak-hash", $"a file is not trusted by its {hash.Algorithm}", source, option.Value.Span, $"give its {string.Join(" or ", FileHash.Strong)}; \"slipway pip lock\" writes them"));
            }
            else
            {
                if (!hash.IsPlausible)
                {
                    problems.Add(new Diagnostic(Severity.Warning, "bad-hash", $"no file can have this {hash.Algorithm}: it has {hash.Value.Length} characters or others than 0-9 and a-f", source, option.Value.Span));
                }

                hashes.Add(hash);
            }
        }

        private async Task<byte[]?> ContentAsync(string path, string shown, (SourceText Source, TextSpan Span)? named)
        {
            if (path.StartsWith("file:", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(path, UriKind.Absolute, out Uri? local))
            {
                path = local.LocalPath;
            }
            else if (RequirementReader.IsUrl(path))
            {
                if (fetch is null || !Uri.TryCreate(path, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
                {
                    Report("no-fetch", $"{shown} cannot be fetched here", named, "put the file beside this one");
                    return null;
                }

                return await fetch(address, cancellationToken);
            }

            if (files.Read(path) is { } content)
            {
                return content;
            }

            Report("file-not-found", $"there is no file {shown}", named, named is null ? null : "a path behind -r or -c is seen from the file it stands in");
            return null;
        }

        private static string Beside(string address, string target) =>
            Uri.TryCreate(address, UriKind.Absolute, out Uri? from) && Uri.TryCreate(from, target, out Uri? there) ? there.OriginalString : target;

        private void Report(string code, string message, (SourceText Source, TextSpan Span)? named, string? help) =>
            problems.Add(new Diagnostic(Severity.Error, code, message, named?.Source, named?.Span ?? default, help));
    }
}
