using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Slipway.StartupProfile;

/// <summary>The types of all assemblies in a folder, by the names that the JIT prints (<c>Namespace.Outer`1+Inner</c>).</summary>
internal sealed class AssemblyFolder
{
    private readonly Dictionary<string, DefinedType> _types = [];

    public AssemblyFolder(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "*.dll"))
        {
            var image = new PEReader(File.OpenRead(file)); // stays open: its metadata is read all the time
            MetadataReader reader = image.GetMetadataReader();
            string assembly = reader.GetString(reader.GetAssemblyDefinition().Name);
            foreach (TypeDefinitionHandle handle in reader.TypeDefinitions)
            {
                var type = new DefinedType(assembly, reader, handle);
                _types.TryAdd(type.FullName, type);
            }
        }
    }

    public DefinedType? Find(string fullName) => _types.GetValueOrDefault(fullName);
}

/// <summary>A type in the assembly that defines it.</summary>
internal sealed record DefinedType(string Assembly, MetadataReader Reader, TypeDefinitionHandle Handle)
{
    public TypeDefinition Definition => Reader.GetTypeDefinition(Handle);

    public string Name => Reader.GetString(Definition.Name);

    public string Namespace => Reader.GetString(Definition.Namespace);

    /// <summary>The type around this one, or null.</summary>
    public DefinedType? Outer => Definition.GetDeclaringType() is { IsNil: false } outer ? this with { Handle = outer } : null;

    public string FullName => Outer is { } outer ? $"{outer.FullName}+{Name}" : Namespace.Length > 0 ? $"{Namespace}.{Name}" : Name;

    public bool IsValueType => FullName != "System.Enum" && BaseName is "ValueType" or "Enum";

    private string BaseName => Definition.BaseType switch
    {
        { IsNil: true } => "",
        { Kind: HandleKind.TypeReference } reference => Reader.GetString(Reader.GetTypeReference((TypeReferenceHandle)reference).Name),
        { Kind: HandleKind.TypeDefinition } definition => Reader.GetString(Reader.GetTypeDefinition((TypeDefinitionHandle)definition).Name),
        _ => "",
    };
}
