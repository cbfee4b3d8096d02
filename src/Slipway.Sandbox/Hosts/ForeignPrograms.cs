using System.Globalization;

namespace Slipway.Sandbox.Hosts;

/// <summary>
/// Whether this machine runs programs of other processors: the kernel hands them to an emulator that is registered with binfmt_misc
/// (Linux, Documentation/admin-guide/binfmt-misc.rst). Without the flag F the emulator would have to be inside the container.
/// </summary>
/// <param name="folder">Where binfmt_misc is mounted.</param>
public sealed class ForeignPrograms(string folder = "/proc/sys/fs/binfmt_misc")
{
    private const int ClassByte = 4, DataByte = 5, MachineByte = 18;

    /// <summary>Go's names of architectures: bits, whether big-endian, and the machine's number in ELF headers (elf.h, EM_*).</summary>
    private static readonly Dictionary<string, (int Bits, bool BigEndian, int Machine)> s_machines = new()
    {
        ["amd64"] = (64, false, 62),
        ["386"] = (32, false, 3),
        ["arm64"] = (64, false, 183),
        ["arm"] = (32, false, 40),
        ["riscv64"] = (64, false, 243),
        ["ppc64le"] = (64, false, 21),
        ["s390x"] = (64, true, 22),
        ["loong64"] = (64, false, 258),
        ["mips64le"] = (64, false, 8),
        ["mips64"] = (64, true, 8),
    };

    /// <summary>Whether programs for the architecture run here, by the processor itself or by an emulator.</summary>
    /// <param name="architecture">Go's name: <c>arm64</c>.</param>
    /// <param name="host">This machine's.</param>
    /// <returns>Null when they do, else why they do not.</returns>
    public string? WhyNot(string architecture, string host)
    {
        if (architecture == host || (architecture, host) is ("386", "amd64"))
        {
            return null;
        }

        if (!s_machines.TryGetValue(architecture, out (int Bits, bool BigEndian, int Machine) wanted))
        {
            return $"no emulator is known for {architecture}";
        }

        string? withoutFlag = null;
        foreach (string file in (Directory.Exists(folder) ? Directory.GetFiles(folder) : []).Order(StringComparer.Ordinal))
        {
            if (Path.GetFileName(file) is "register" or "status" || !IsFor(File.ReadAllLines(file), wanted, out bool isFixed))
            {
                continue;
            }

            if (isFixed)
            {
                return null;
            }

            withoutFlag = Path.GetFileName(file);
        }

        return withoutFlag is null ? "no emulator for it is registered in this kernel"
            : $"the emulator {withoutFlag} is registered without the flag F, so it does not reach into containers";
    }

    private static bool IsFor(string[] lines, (int Bits, bool BigEndian, int Machine) wanted, out bool isFixed)
    {
        isFixed = Field(lines, "flags:")?.Contains('F', StringComparison.Ordinal) == true;
        byte[]? magic = Bytes(Field(lines, "magic")), mask = Bytes(Field(lines, "mask"));
        if (lines.FirstOrDefault() != "enabled" || magic is null || magic.Length < MachineByte + 2 || Field(lines, "offset") is not (null or "0"))
        {
            return false;
        }

        byte Masked(int i, byte value) => (byte)(value & (mask is not null && i < mask.Length ? mask[i] : 0xFF));
        byte low = (byte)wanted.Machine, high = (byte)(wanted.Machine >> 8);
        return Masked(0, magic[0]) == Masked(0, 0x7F)
            && Masked(ClassByte, magic[ClassByte]) == Masked(ClassByte, (byte)(wanted.Bits == 64 ? 2 : 1))
            && Masked(DataByte, magic[DataByte]) == Masked(DataByte, (byte)(wanted.BigEndian ? 2 : 1))
            && Masked(MachineByte, magic[MachineByte]) == Masked(MachineByte, wanted.BigEndian ? high : low)
            && Masked(MachineByte + 1, magic[MachineByte + 1]) == Masked(MachineByte + 1, wanted.BigEndian ? low : high);
    }

    private static string? Field(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name + " ", StringComparison.Ordinal))?[(name.Length + 1)..].Trim();

    private static byte[]? Bytes(string? hex) =>
        hex is null || hex.Length % 2 != 0 || !hex.All(char.IsAsciiHexDigit) ? null
        : [.. Enumerable.Range(0, hex.Length / 2).Select(i => byte.Parse(hex.AsSpan(2 * i, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
}
