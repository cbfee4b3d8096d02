using System.Text;
using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

/// <summary>A heredoc: text between a line with <c>&lt;&lt;NAME</c> and a line that is exactly <c>NAME</c>.</summary>
/// <param name="Name">The delimiter without quotes.</param>
/// <param name="Content">The lines between, leading tabs still there.</param>
/// <param name="Expand">The delimiter was not quoted.</param>
/// <param name="Chomp">Written <c>&lt;&lt;-</c>: leading tabs go.</param>
/// <param name="FileDescriptor">Digits before <c>&lt;&lt;</c>; 0 when there are none.</param>
/// <param name="Span">The body and the terminator line.</param>
public sealed record Heredoc(string Name, string Content, bool Expand, bool Chomp, int FileDescriptor, TextSpan Span)
{
    /// <summary>The content, without leading tabs where <see cref="Chomp"/> asks for it.</summary>
    public string Data => Chomp ? TakeTabs(Content) : Content;

    internal static string TakeTabs(string content)
    {
        var result = new StringBuilder(content.Length);
        bool atLineStart = true;
        foreach (char c in content)
        {
            if (!(atLineStart && c == '\t'))
            {
                result.Append(c);
                atLineStart = c == '\n';
            }
        }

        return result.ToString();
    }
}
