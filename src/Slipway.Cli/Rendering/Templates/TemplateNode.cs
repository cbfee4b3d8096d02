namespace Slipway.Cli.Rendering.Templates;

/// <summary>A piece of a template.</summary>
internal abstract record TemplateNode;

internal sealed record TextNode(string Text) : TemplateNode;

/// <summary><c>{{pipeline}}</c>; with a variable, <c>{{$x := pipeline}}</c>, nothing is written.</summary>
internal sealed record ActionNode(string? Variable, Pipeline Pipeline) : TemplateNode;

/// <summary><c>{{if}}…{{else}}…{{end}}</c>; <c>with</c> also makes the value the dot.</summary>
internal sealed record IfNode(Pipeline Condition, bool IsWith, IReadOnlyList<TemplateNode> Then, IReadOnlyList<TemplateNode> Else) : TemplateNode;

/// <summary><c>{{range $k, $v := pipeline}}…{{else}}…{{end}}</c>.</summary>
internal sealed record RangeNode(
    string? Key, string? Value, Pipeline Over, IReadOnlyList<TemplateNode> Body, IReadOnlyList<TemplateNode> Else) : TemplateNode;

/// <summary>Commands of which each gets the result of the one before as its last argument.</summary>
internal sealed record Pipeline(IReadOnlyList<TemplateCommand> Commands);

/// <summary>A function with its arguments, or, without a function, one operand.</summary>
internal sealed record TemplateCommand(string? Function, IReadOnlyList<Operand> Arguments);

internal abstract record Operand;

internal sealed record Literal(object? Value) : Operand;

/// <summary><c>.A.B</c>, <c>$x.A</c> or <c>(pipeline).A</c>.</summary>
internal sealed record PathOperand(string? Variable, Pipeline? Inner, IReadOnlyList<string> Fields) : Operand;
