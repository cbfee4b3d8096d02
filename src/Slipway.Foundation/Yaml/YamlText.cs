using Slipway.Foundation.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Slipway.Foundation.Yaml;

/// <summary>
/// Reads YAML into nodes that know their places. Only the library's parser is used: no types are guessed, nothing is found by reflection. An alias is the node it names,
/// not a copy, so that no document grows by being read.
/// </summary>
public static class YamlText
{
    private const int Deepest = 64;

    /// <summary>Reads the one document of a text.</summary>
    /// <param name="source">The text.</param>
    /// <param name="problems">Takes what is wrong with it.</param>
    /// <returns>Its root; null when the text is empty or is no YAML.</returns>
    public static YamlNode? Read(SourceText source, ICollection<Diagnostic> problems)
    {
        try
        {
            var reading = new Reading(source);
            return reading.Document();
        }
        catch (YamlException e)
        {
            problems.Add(new Diagnostic(
                Severity.Error, "bad-yaml", $"this is no YAML: {e.Message.TrimEnd('.')}", source, SpanOf(source, e.Start, e.Start), "check the indentation (spaces, no tabs), colons and quotes"));
            return null;
        }
    }

    private static TextSpan SpanOf(SourceText source, Mark start, Mark end)
    {
        int from = (int)Math.Clamp(start.Index, 0, source.Text.Length);
        return TextSpan.FromBounds(from, (int)Math.Clamp(end.Index, from, source.Text.Length));
    }

    private sealed class Reading
    {
        private readonly SourceText _source;
        private readonly Parser _parser;
        private readonly Dictionary<string, YamlNode> _anchors = [];

        public Reading(SourceText source)
        {
            _source = source;
            _parser = new Parser(new Scanner(new StringReader(source.Text), skipComments: true));
            Next();
        }

        private ParsingEvent Current => _parser.Current!;

        public YamlNode? Document()
        {
            Next();
            if (Current is StreamEnd)
            {
                return null;
            }

            Next();
            YamlNode root = Node(0);
            Next();
            return Current is StreamEnd ? root : throw new YamlException(Current.Start, Current.End, "only one document is expected");
        }

        private YamlNode Node(int depth)
        {
            if (depth > Deepest)
            {
                throw new YamlException(Current.Start, Current.End, $"it is nested deeper than {Deepest} levels");
            }

            ParsingEvent first = Current;
            YamlNode node = first switch
            {
                Scalar scalar => new YamlScalar(Span(scalar, scalar), scalar.Value, scalar.Style is ScalarStyle.Plain or ScalarStyle.Any),
                SequenceStart => List(depth),
                MappingStart => Map(depth),
                AnchorAlias alias => _anchors.GetValueOrDefault(alias.Value.Value) ?? throw new YamlException(alias.Start, alias.End, $"there is no anchor '{alias.Value.Value}' before"),
                _ => throw new YamlException(first.Start, first.End, "a value is expected"),
            };
            if (first is NodeEvent { Anchor.IsEmpty: false } anchored)
            {
                _anchors[anchored.Anchor.Value] = node;
            }

            Next();
            return node;
        }

        private YamlList List(int depth)
        {
            ParsingEvent start = Current;
            Next();
            List<YamlNode> items = [];
            while (Current is not SequenceEnd)
            {
                items.Add(Node(depth + 1));
            }

            return new YamlList(Span(start, Current), items);
        }

        private YamlMap Map(int depth)
        {
            ParsingEvent start = Current;
            Next();
            List<YamlEntry> entries = [];
            while (Current is not MappingEnd)
            {
                ParsingEvent at = Current;
                YamlScalar key = Node(depth + 1) as YamlScalar ?? throw new YamlException(at.Start, at.End, "a key is a single value");
                entries.Add(new YamlEntry(key, Node(depth + 1)));
            }

            return new YamlMap(Span(start, Current), entries);
        }

        private TextSpan Span(ParsingEvent start, ParsingEvent end) => SpanOf(_source, start.Start, end.End);

        private void Next()
        {
            if (!_parser.MoveNext())
            {
                throw new YamlException(_parser.Current?.Start ?? Mark.Empty, _parser.Current?.End ?? Mark.Empty, "the text ends too early");
            }
        }
    }
}
