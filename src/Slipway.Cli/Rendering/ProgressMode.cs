namespace Slipway.Cli.Rendering;

/// <summary>How progress is shown: the values of <c>--progress</c>.</summary>
internal enum ProgressMode
{
    /// <summary><see cref="Tty"/> on a terminal that can move its cursor, else <see cref="Plain"/>.</summary>
    Auto,

    Tty,

    Plain,

    Json,
}
