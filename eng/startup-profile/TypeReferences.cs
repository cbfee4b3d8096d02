using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Slipway.StartupProfile;

/// <summary>Says in one assembly's metadata what is defined in others (ECMA-335 II.22 and II.23.2).</summary>
internal sealed class TypeReferences(MetadataBuilder metadata, AssemblyFolder assemblies)
{
    private const byte GenericMethod = 0x0A;

    private readonly Dictionary<DefinedType, TypeReferenceHandle> _types = [];
    private readonly Dictionary<string, AssemblyReferenceHandle> _assemblies = [];
    private TypeReferenceHandle? _canon;

    /// <summary>The assemblies that the last method names.</summary>
    public SortedSet<string> Assemblies { get; } = new(StringComparer.Ordinal);

    /// <summary>The method with its type's and its own arguments; null when its parameters are not as many, or a type is not known.</summary>
    public EntityHandle? TryReference(DefinedType type, MethodDefinition definition, MethodName method)
    {
        Assemblies.Clear();
        BlobReader signature = type.Reader.GetBlobReader(definition.Signature);
        BlobBuilder copy = new(), owner = new(), arguments = new();
        if (CopyMethod(type, ref signature, copy) != method.Parameters || !TryWrite(method.Type, owner) || !TryWriteAll(method.Arguments, arguments))
        {
            return null;
        }

        EntityHandle reference = metadata.AddMemberReference(
            method.Type.Arguments.Count == 0 ? Reference(type) : metadata.AddTypeSpecification(metadata.GetOrAddBlob(owner)),
            metadata.GetOrAddString(method.Name),
            metadata.GetOrAddBlob(copy));
        if (method.Arguments.Count == 0)
        {
            return reference;
        }

        var instantiation = new BlobBuilder();
        instantiation.WriteByte(GenericMethod);
        instantiation.LinkSuffix(arguments);
        return metadata.AddMethodSpecification(reference, metadata.GetOrAddBlob(instantiation));
    }

    private bool TryWriteAll(IReadOnlyList<TypeName> types, BlobBuilder blob)
    {
        blob.WriteCompressedInteger(types.Count);
        return types.All(type => TryWrite(type, blob));
    }

    private bool TryWrite(TypeName type, BlobBuilder blob)
    {
        blob.WriteBytes((byte)SignatureTypeCode.SZArray, type.Rank);
        if (Primitive(type.FullName) is { } primitive)
        {
            blob.WriteByte((byte)primitive);
            return true;
        }

        if (type.FullName == "System.__Canon")
        {
            blob.WriteByte((byte)SignatureTypeKind.Class);
            WriteToken(blob, _canon ??= metadata.AddTypeReference(Assembly("System.Private.Canon"), metadata.GetOrAddString("System"), metadata.GetOrAddString("__Canon")));
            return true;
        }

        if (assemblies.Find(type.FullName) is not { } defined)
        {
            return false;
        }

        if (type.Arguments.Count > 0)
        {
            blob.WriteByte((byte)SignatureTypeCode.GenericTypeInstance);
        }

        blob.WriteByte((byte)(defined.IsValueType ? SignatureTypeKind.ValueType : SignatureTypeKind.Class));
        WriteToken(blob, Reference(defined));
        return type.Arguments.Count == 0 || TryWriteAll(type.Arguments, blob);
    }

    private static SignatureTypeCode? Primitive(string name) => name switch
    {
        "bool" => SignatureTypeCode.Boolean,
        "char" => SignatureTypeCode.Char,
        "sbyte" => SignatureTypeCode.SByte,
        "byte" => SignatureTypeCode.Byte,
        "short" => SignatureTypeCode.Int16,
        "ushort" => SignatureTypeCode.UInt16,
        "int" => SignatureTypeCode.Int32,
        "uint" => SignatureTypeCode.UInt32,
        "long" => SignatureTypeCode.Int64,
        "ulong" => SignatureTypeCode.UInt64,
        "float" => SignatureTypeCode.Single,
        "double" => SignatureTypeCode.Double,
        "nint" => SignatureTypeCode.IntPtr,
        "nuint" => SignatureTypeCode.UIntPtr,
        "System.String" => SignatureTypeCode.String,
        "System.Object" => SignatureTypeCode.Object,
        _ => null,
    };

    private TypeReferenceHandle Reference(DefinedType type)
    {
        Assemblies.Add(type.Assembly);
        if (!_types.TryGetValue(type, out TypeReferenceHandle reference))
        {
            EntityHandle scope = type.Outer is { } outer ? Reference(outer) : Assembly(type.Assembly);
            _types[type] = reference = metadata.AddTypeReference(scope, metadata.GetOrAddString(type.Namespace), metadata.GetOrAddString(type.Name));
        }

        return reference;
    }

    private AssemblyReferenceHandle Assembly(string name)
    {
        if (!_assemblies.TryGetValue(name, out AssemblyReferenceHandle reference))
        {
            _assemblies[name] = reference = metadata.AddAssemblyReference(metadata.GetOrAddString(name), new Version(0, 0, 0, 0), default, default, default, default);
        }

        return reference;
    }

    // A signature is copied as it is, but for the tokens in it: they are this file's. Returns the number of parameters.
    private int CopyMethod(DefinedType home, ref BlobReader signature, BlobBuilder copy)
    {
        SignatureHeader header = signature.ReadSignatureHeader();
        copy.WriteByte(header.RawValue);
        if (header.IsGeneric)
        {
            CopyNumber(ref signature, copy);
        }

        int parameters = CopyNumber(ref signature, copy);
        for (int i = 0; i <= parameters; i++) // the first is what it returns
        {
            CopyType(home, ref signature, copy);
        }

        return parameters;
    }

    private void CopyType(DefinedType home, ref BlobReader signature, BlobBuilder copy)
    {
        byte element = signature.ReadByte();
        copy.WriteByte(element);
        switch (element)
        {
            case (byte)SignatureTypeKind.Class or (byte)SignatureTypeKind.ValueType:
                CopyToken(home, ref signature, copy);
                break;
            case (byte)SignatureTypeCode.RequiredModifier or (byte)SignatureTypeCode.OptionalModifier:
                CopyToken(home, ref signature, copy);
                CopyType(home, ref signature, copy);
                break;
            case (byte)SignatureTypeCode.Pointer or (byte)SignatureTypeCode.ByReference or (byte)SignatureTypeCode.SZArray or (byte)SignatureTypeCode.Pinned:
                CopyType(home, ref signature, copy);
                break;
            case (byte)SignatureTypeCode.GenericTypeParameter or (byte)SignatureTypeCode.GenericMethodParameter:
                CopyNumber(ref signature, copy);
                break;
            case (byte)SignatureTypeCode.GenericTypeInstance:
                copy.WriteByte(signature.ReadByte());
                CopyToken(home, ref signature, copy);
                for (int left = CopyNumber(ref signature, copy); left > 0; left--)
                {
                    CopyType(home, ref signature, copy);
                }

                break;
            case (byte)SignatureTypeCode.Array:
                CopyType(home, ref signature, copy);
                CopyNumber(ref signature, copy);
                CopyNumbers(ref signature, copy);
                CopyNumbers(ref signature, copy);
                break;
            case (byte)SignatureTypeCode.FunctionPointer:
                CopyMethod(home, ref signature, copy);
                break;
        }
    }

    private void CopyToken(DefinedType home, ref BlobReader signature, BlobBuilder copy)
    {
        EntityHandle token = signature.ReadTypeHandle();
        WriteToken(copy, token.Kind == HandleKind.TypeDefinition
            ? Reference(home with { Handle = (TypeDefinitionHandle)token })
            : Reference(assemblies.Find(FullName(home.Reader, (TypeReferenceHandle)token))!)); // a trimmed folder is complete
    }

    private static string FullName(MetadataReader reader, TypeReferenceHandle handle)
    {
        TypeReference type = reader.GetTypeReference(handle);
        string name = reader.GetString(type.Name), space = reader.GetString(type.Namespace);
        return type.ResolutionScope.Kind == HandleKind.TypeReference ? $"{FullName(reader, (TypeReferenceHandle)type.ResolutionScope)}+{name}"
            : space.Length > 0 ? $"{space}.{name}" : name;
    }

    private static void WriteToken(BlobBuilder blob, EntityHandle type) => blob.WriteCompressedInteger(CodedIndex.TypeDefOrRefOrSpec(type));

    private static int CopyNumber(ref BlobReader signature, BlobBuilder copy)
    {
        int number = signature.ReadCompressedInteger();
        copy.WriteCompressedInteger(number);
        return number;
    }

    private static void CopyNumbers(ref BlobReader signature, BlobBuilder copy)
    {
        for (int left = CopyNumber(ref signature, copy); left > 0; left--)
        {
            CopyNumber(ref signature, copy);
        }
    }
}
