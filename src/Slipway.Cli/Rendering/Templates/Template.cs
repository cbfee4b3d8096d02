using System.Text;
using System.Text.Json.Nodes;
using Slipway.Foundation.Text;

namespace Slipway.Cli.Rendering.Templates;

/// <summary>
/// A template of <c>--format</c> in the language docker takes from Go's text/template: fields, pipes, <c>if</c>, <c>range</c>,
/// <c>with</c>, variables, and the functions of <see cref="TemplateFunctions"/>. It is filled from JSON.
/// </summary>
internal sealed class Template
{
    private readonly SourceText _source;
    private readonly IReadOnlyList<TemplateNode> _nodes;

    private Template(SourceText source, IReadOnlyList<TemplateNode> nodes) => (_source, _nodes) = (source, nodes);

    /// <exception cref="DiagnosticException">The text is not a template.</exception>
    public static Template Parse(string text)
    {
        var source = new SourceText("--format", text);
        return new Template(source, new TemplateParser(source, new TemplateLexer(source).Run()).Run());
    }

    /// <summary>The names of the fields of the dot, in the order of the template; column headings are made of them.</summary>
    public IEnumerable<string> TopFields() => _nodes.OfType<ActionNode>()
        .Select(node => node.Pipeline.Commands[0].Arguments.OfType<PathOperand>().FirstOrDefault()?.Fields is [.., var last] ? last : "");

    /// <exception cref="DiagnosticException">The data have no such field, or a function got the wrong values.</exception>
    public string Fill(JsonNode? data)
    {
        var output = new StringBuilder();
        try
        {
            var root = new Scope(data, data, new Dictionary<string, object?>());
            Run(_nodes, root, output);
        }
        catch (FormatException e)
        {
            throw TemplateParser.Wrong(_source, e.Message, 0);
        }

        return output.ToString();
    }

    private static void Run(IReadOnlyList<TemplateNode> nodes, Scope scope, StringBuilder output)
    {
        foreach (TemplateNode node in nodes)
        {
            switch (node)
            {
                case TextNode text:
                    output.Append(text.Text);
                    break;
                case ActionNode { Variable: { } variable } action:
                    scope.Variables[variable] = Value(action.Pipeline, scope);
                    break;
                case ActionNode action:
                    output.Append(TemplateFunctions.Print(Value(action.Pipeline, scope)));
                    break;
                case IfNode conditional:
                    object? condition = Value(conditional.Condition, scope);
                    bool holds = TemplateFunctions.IsTrue(condition);
                    Run(holds ? conditional.Then : conditional.Else, holds && conditional.IsWith ? scope.At(condition) : scope, output);
                    break;
                case RangeNode range:
                    Run(range, scope, output);
                    break;
            }
        }
    }

    private static void Run(RangeNode range, Scope scope, StringBuilder output)
    {
        List<(object Key, object? Value)> items = Value(range.Over, scope) switch
        {
            JsonArray array => [.. array.Select((item, i) => ((object)(long)i, (object?)item))],
            JsonObject map => [.. map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => ((object)pair.Key, (object?)pair.Value))],
            null => [],
            _ => throw new FormatException("'range' needs a list or a map."),
        };
        foreach ((object key, object? value) in items)
        {
            Scope inner = scope.At(value);
            if (range.Key is not null)
            {
                inner.Variables[range.Key] = key;
            }

            if (range.Value is not null)
            {
                inner.Variables[range.Value] = value;
            }

            Run(range.Body, inner, output);
        }

        if (items.Count == 0)
        {
            Run(range.Else, scope, output);
        }
    }

    private static object? Value(Pipeline pipeline, Scope scope)
    {
        object? value = null;
        for (int i = 0; i < pipeline.Commands.Count; i++)
        {
            TemplateCommand command = pipeline.Commands[i];
            List<object?> arguments = [.. command.Arguments.Select(operand => Value(operand, scope))];
            if (i > 0)
            {
                arguments.Add(value);
            }

            value = command.Function is { } function ? TemplateFunctions.Call(function, arguments)
                : i == 0 ? arguments[0]
                : throw new FormatException("Only a function can follow '|'.");
        }

        return value;
    }

    private static object? Value(Operand operand, Scope scope)
    {
        if (operand is Literal literal)
        {
            return literal.Value;
        }

        var path = (PathOperand)operand;
        object? value = path switch
        {
            { Inner: { } inner } => Value(inner, scope),
            { Variable: "" } => scope.Root,
            { Variable: { } name } => scope.Variables.TryGetValue(name, out object? known) ? known : throw new FormatException($"There is no variable ${name}."),
            _ => scope.Dot,
        };
        foreach (string field in path.Fields)
        {
            value = Field(value, field, isTop: ReferenceEquals(value, scope.Root));
        }

        return value;
    }

    private static JsonNode? Field(object? value, string name, bool isTop) => value switch
    {
        JsonObject map when map.TryGetPropertyValue(name, out JsonNode? field) => field,
        JsonObject map when isTop => throw new FormatException($"There is no field .{name}; there are {string.Join(", ", map.Select(pair => "." + pair.Key))}."),
        JsonObject or null => null,
        _ => throw new FormatException($"There is no field .{name} in a plain value."),
    };

    private sealed record Scope(object? Root, object? Dot, Dictionary<string, object?> Variables)
    {
        public Scope At(object? dot) => new(Root, dot, new Dictionary<string, object?>(Variables));
    }
}
