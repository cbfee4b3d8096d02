using System.Globalization;
using System.Text;
using Slipway.Foundation.Yaml;

namespace Slipway.Conda.Files;

/// <summary>Writes <c>conda-lock.yml</c>, version 1 (CEP 37): the same lock gives the same bytes.</summary>
public static class CondaLockWriter
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
            text.Append(CultureInfo.InvariantCulture, $"  - url: {YamlPlain.Write(channel)}\n    used_env_vars: []\n");
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
                text.Append(CultureInfo.InvariantCulture, $"  - {YamlPlain.Write(item)}\n");
            }
        }

        void Package(LockedPackage package)
        {
            text.Append(CultureInfo.InvariantCulture, $"- name: {YamlPlain.Write(package.Name)}\n  version: {YamlPlain.Write(package.Version)}\n");
            text.Append(CultureInfo.InvariantCulture, $"  manager: {(package.Manager == PackageManager.Pip ? "pip" : "conda")}\n  platform: {package.Platform}\n");
            text.Append("  dependencies:").Append(package.Dependencies.Count == 0 ? " {}\n" : "\n");
            foreach ((string name, string constraint) in package.Dependencies.OrderBy(d => d.Key, StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"    {YamlPlain.Write(name)}: {YamlPlain.Write(constraint)}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"  url: {YamlPlain.Write(package.Url)}\n  hash:");
            text.Append(package.Md5 is null && package.Sha256 is null ? " {}\n" : "\n");
            text.Append(package.Md5 is { } md5 ? $"    md5: {md5}\n" : "").Append(package.Sha256 is { } sha256 ? $"    sha256: {sha256}\n" : "");
            text.Append(package.Build is { } build ? $"  build: {YamlPlain.Write(build)}\n" : "");
            text.Append(CultureInfo.InvariantCulture, $"  category: {YamlPlain.Write(package.Category)}\n  optional: {(package.IsOptional ? "true" : "false")}\n");
        }
    }
}
