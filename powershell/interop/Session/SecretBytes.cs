using System;
using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Text;

namespace MgLicense.PowerShell;

/// <summary>A secret on its way to the library: UTF-8 that is wiped as soon as it was handed over.</summary>
internal sealed class SecretBytes : IDisposable
{
    private readonly byte[] bytes;

    private SecretBytes(byte[] bytes) => this.bytes = bytes;

    /// <summary>No secret.</summary>
    internal static SecretBytes None => new([]);

    internal ReadOnlySpan<byte> Span => bytes;

    internal static SecretBytes Of(SecureString secret)
    {
        var pointer = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            unsafe
            {
                var characters = new ReadOnlySpan<char>((void*)pointer, secret.Length);
                return Encode(characters);
            }
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(pointer);
        }
    }

    internal static SecretBytes Of(string? secret) => secret is null ? None : Encode(secret);

    /// <summary>Takes bytes over; they are wiped with this.</summary>
    internal static SecretBytes Take(byte[] secret) => new(secret);

    private static SecretBytes Encode(ReadOnlySpan<char> characters)
    {
        // Pinned, so that the collector leaves no copy behind.
        var bytes = GC.AllocateUninitializedArray<byte>(Encoding.UTF8.GetByteCount(characters), pinned: true);
        Encoding.UTF8.GetBytes(characters, bytes);
        return new SecretBytes(bytes);
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(bytes);
}
