using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace MgLicense.PowerShell;

/// <summary>
/// Keeps what signs a user in again without a password, encrypted by the platform for that user. Where the platform has no
/// such encryption at hand there is no store, and a sign-in ends with its process.
/// </summary>
internal sealed class UserTokenStore
{
    private readonly string folder;
    private readonly Func<byte[], byte[]> protect;
    private readonly Func<byte[], byte[]> unprotect;

    internal UserTokenStore(string folder, Func<byte[], byte[]> protect, Func<byte[], byte[]> unprotect)
    {
        this.folder = folder;
        this.protect = protect;
        this.unprotect = unprotect;
    }

    /// <summary>The store of this platform; null where it has none.</summary>
    internal static UserTokenStore? OfPlatform() => OperatingSystem.IsWindows()
        ? new UserTokenStore(
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "MgLicense", "tokens"),
            static bytes => DataProtection.Run(bytes, protecting: true),
            static bytes => DataProtection.Run(bytes, protecting: false))
        : null;

    /// <summary>What was kept for a sign-in; null where there is nothing that can be used.</summary>
    internal byte[]? Read(string authority, string tenant, string clientId)
    {
        var path = PathOf(authority, tenant, clientId);
        try
        {
            return File.Exists(path) ? unprotect(File.ReadAllBytes(path)) : null;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            // Of another user or another machine: signing in anew replaces it.
            return null;
        }
    }

    /// <summary>Keeps something for a sign-in.</summary>
    internal void Write(string authority, string tenant, string clientId, byte[] secret)
    {
        Directory.CreateDirectory(folder);
        var path = PathOf(authority, tenant, clientId);
        var temporary = $"{path}.{Guid.NewGuid():n}";
        File.WriteAllBytes(temporary, protect(secret));
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Forgets a sign-in.</summary>
    internal void Remove(string authority, string tenant, string clientId) => File.Delete(PathOf(authority, tenant, clientId));

    /// <summary>One file a sign-in, named by a digest so that nobody reads tenants off a folder.</summary>
    private string PathOf(string authority, string tenant, string clientId)
    {
        var name = $"{authority}|{tenant}|{clientId}".ToLowerInvariant();
        return Path.Combine(folder, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..32] + ".bin");
    }

    /// <summary>Windows' own encryption for the user who is logged on (DPAPI).</summary>
    private static unsafe class DataProtection
    {
        private const uint NeverAsk = 1;

        internal static byte[] Run(byte[] input, bool protecting)
        {
            fixed (byte* pointer = input)
            {
                var given = new Blob { Length = (uint)input.Length, Data = pointer };
                Blob result = default;
                var done = protecting
                    ? CryptProtectData(&given, 0, null, 0, 0, NeverAsk, &result)
                    : CryptUnprotectData(&given, 0, null, 0, 0, NeverAsk, &result);
                if (done == 0)
                {
                    throw new CryptographicException(Marshal.GetLastSystemError());
                }

                try
                {
                    return new ReadOnlySpan<byte>(result.Data, checked((int)result.Length)).ToArray();
                }
                finally
                {
                    new Span<byte>(result.Data, checked((int)result.Length)).Clear();
                    LocalFree(result.Data);
                }
            }
        }

        [StructLayout(LayoutKind.Sequential)]
        private struct Blob
        {
            public uint Length;
            public byte* Data;
        }

        [DllImport("crypt32")]
        private static extern int CryptProtectData(Blob* given, nint description, Blob* entropy, nint reserved, nint prompt, uint flags, Blob* result);

        [DllImport("crypt32")]
        private static extern int CryptUnprotectData(Blob* given, nint description, Blob* entropy, nint reserved, nint prompt, uint flags, Blob* result);

        [DllImport("kernel32")]
        private static extern void* LocalFree(void* memory);
    }
}
