using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;

namespace Slipway.StartupProfile;

/// <summary>
/// Writes a profile that crossgen2 reads (<c>.mibc</c>): an assembly in which the bodies of methods do nothing but name other methods, those to be compiled
/// ahead. <c>AssemblyDictionary</c> names one body for each set of assemblies, the set written as <c>Owner;Other;…;</c>.
/// </summary>
internal sealed class ProfileWriter
{
    private readonly MetadataBuilder _metadata = new();
    private readonly AssemblyFolder _assemblies;
    private readonly TypeReferences _names;
    private readonly SortedDictionary<string, List<EntityHandle>> _groups = new(StringComparer.Ordinal);

    public ProfileWriter(AssemblyFolder assemblies) => (_assemblies, _names) = (assemblies, new TypeReferences(_metadata, assemblies));

    /// <summary>False when there is no such type or method in the assemblies; of several overloads with as many parameters all are added.</summary>
    public bool TryAdd(MethodName method)
    {
        if (_assemblies.Find(method.Type.FullName) is not { } type)
        {
            return false;
        }

        bool added = false;
        foreach (MethodDefinition definition in type.Definition.GetMethods().Select(type.Reader.GetMethodDefinition))
        {
            if (type.Reader.GetString(definition.Name) != method.Name || definition.GetGenericParameters().Count != method.Arguments.Count)
            {
                continue;
            }

            if (_names.TryReference(type, definition, method) is { } reference)
            {
                string group = string.Concat(_names.Assemblies.Where(a => a != type.Assembly).Prepend(type.Assembly).Select(a => a + ";"));
                if (!_groups.TryGetValue(group, out List<EntityHandle>? methods))
                {
                    _groups[group] = methods = [];
                }

                methods.Add(reference);
                added = true;
            }
        }

        return added;
    }

    public void Save(string path)
    {
        _metadata.AddModule(0, _metadata.GetOrAddString("startup"), _metadata.GetOrAddGuid(new Guid("5c1d1f0e-8f5a-4c55-9d62-0a7d6f1f3b11")), default, default);
        _metadata.AddAssembly(_metadata.GetOrAddString("startup"), new Version(1, 0), default, default, default, AssemblyHashAlgorithm.None);
        var stream = new BlobBuilder();
        var bodies = new MethodBodyStreamEncoder(stream);
        var dictionary = new InstructionEncoder(new BlobBuilder());
        foreach ((string name, List<EntityHandle> methods) in _groups)
        {
            var body = new InstructionEncoder(new BlobBuilder());
            methods.ForEach(method => Name(body, method));
            dictionary.LoadString(_metadata.GetOrAddUserString(name));
            Name(dictionary, AddMethod(bodies, $"Methods_{name}", body));
        }

        AddMethod(bodies, "AssemblyDictionary", dictionary);
        _metadata.AddTypeDefinition(
            default, default, _metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));
        var image = new BlobBuilder();
        new ManagedPEBuilder(
            PEHeaderBuilder.CreateLibraryHeader(), new MetadataRootBuilder(_metadata), stream,
            deterministicIdProvider: content => BlobContentId.FromHash(SHA256.HashData([.. content.SelectMany(blob => blob.GetBytes())]))).Serialize(image);
        using FileStream file = File.Create(path);
        image.WriteContentTo(file);
    }

    private static void Name(InstructionEncoder body, EntityHandle method)
    {
        body.OpCode(ILOpCode.Ldtoken);
        body.Token(method);
        body.OpCode(ILOpCode.Pop);
    }

    private MethodDefinitionHandle AddMethod(MethodBodyStreamEncoder bodies, string name, InstructionEncoder body)
    {
        body.OpCode(ILOpCode.Ret);
        var signature = new BlobBuilder();
        new BlobEncoder(signature).MethodSignature().Parameters(0, returns => returns.Void(), _ => { });
        return _metadata.AddMethodDefinition(
            MethodAttributes.Public | MethodAttributes.Static, MethodImplAttributes.IL, _metadata.GetOrAddString(name), _metadata.GetOrAddBlob(signature), bodies.AddMethodBody(body), default);
    }
}
