using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Slipway.Conda.Files;

/// <summary>Writes <c>conda-lock.yml</c>, version 1 (CEP 37): the same lock gives the same bytes.</summary>
public static partial class CondaLockWriter
{
    /// <summary>The text of a lock file. Packages are sorted by name and platform, so that a change of one shows as a change of its lines.</summary>
    public static string Write(LockFile file)
    {
        var text = new StringBuilder("version: 1\nmetadata:\n  content_hash:");
        text.Append(file.ContentHashes.Count == 0 ? " {}\n" : "\n");
        foreach ((string platform, string hash) in file.ContentHashes.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"    {platform}: {hash}\n");
        }

        text.Append("  channels:").Append(file.Channels.Count == 0 ? " []\n" : "\n");
        foreach (string channel in file.Channels)
        {
            text.Append(CultureInfo.InvariantCulture, $"  - url: {Scalar(channel)}\n    used_env_vars: []\n");
        }

        List("  platforms:", file.Platforms);
        List("  sources:", file.Sources);
        text.Append("package:").Append(file.Packages.Count == 0 ? " []\n" : "\n");
        foreach (LockedPackage package in file.Packages.OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Manager).ThenBy(p => p.Platform, StringComparer.Ordinal).ThenBy(p => p.Category, StringComparer.Ordinal))
        {
            Package(package);
        }

        return text.ToString();

        void List(string head, IReadOnlyList<string> items)
        {
            text.Append(head).Append(items.Count == 0 ? " []\n" : "\n");
            foreach (string item in items)
            {
                text.Append(CultureInfo.InvariantCulture, $"  - {Scalar(item)}\n");
            }
        }

        void Package(LockedPackage package)
        {
            text.Append(CultureInfo.InvariantCulture, $"- name: {Scalar(package.Name)}\n  version: {Scalar(package.Version)}\n");
            text.Append(CultureInfo.InvariantCulture, $"  manager: {(package.Manager == PackageManager.Pip ? "pip" : "conda")}\n  platform: {package.Platform}\n");
            text.Append("  dependencies:").Append(package.Dependencies.Count == 0 ? " {}\n" : "\n");
            foreach ((string name, string constraint) in package.Dependencies.OrderBy(d => d.Key, StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"    {Scalar(name)}: {Scalar(constraint)}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"  url: {Scalar(package.Url)}\n  hash:");
            text.Append(package.Md5 is null && package.Sha256 is null ? " {}\n" : "\n");
            text.Append(package.Md5 is { } md5 ? $"    md5: {md5}\n" : "").Append(package.Sha256 is { } sha256 ? $"    sha256: {sha256}\n" : "");
            text.Append(package.Build is { } build ? $"  build: {Scalar(build)}\n" : "");
            text.Append(CultureInfo.InvariantCulture, $"  category: {Scalar(package.Category)}\n  optional: {(package.IsOptional ? "true" : "false")}\n");
        }
    }

    // Plain where every reader takes it for a text, else in quotes: 3.10 would be a number, no a switch, and 1_0 a number for some.
    private static string Scalar(string text) =>
        Plain().IsMatch(text) && text is not ("true" or "false" or "yes" or "no" or "on" or "off" or "null" or "y" or "n") ? text
        : "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    [GeneratedRegex(@"^(?:[A-Za-z_/.][\w./:@%+~-]*[\w/]|[A-Za-z_]|\d+\.\d+\.\d[\w.]*)$")]
    private static partial Regex Plain();
}
