using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MgLicense.PowerShell;

/// <summary>Finds certificates where the platform keeps them.</summary>
internal static class CertificateStores
{
    private const string Searched = "CurrentUser\\My and LocalMachine\\My";

    /// <summary>The certificate of a thumbprint.</summary>
    /// <exception cref="CryptographicException">There is none, or it has no private key.</exception>
    internal static X509Certificate2 ByThumbprint(string thumbprint) =>
        Best(certificate => string.Equals(certificate.Thumbprint, thumbprint, StringComparison.OrdinalIgnoreCase))
        ?? throw new CryptographicException($"There is no certificate with the thumbprint {thumbprint} in {Searched}.");

    /// <summary>The certificate of a subject, as a distinguished name or as the name alone: of several, the one that lasts longest.</summary>
    /// <exception cref="CryptographicException">There is none, or it has no private key.</exception>
    internal static X509Certificate2 BySubject(string subject) =>
        Best(certificate =>
            string.Equals(certificate.Subject, subject, StringComparison.OrdinalIgnoreCase)
            || string.Equals(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false), subject, StringComparison.OrdinalIgnoreCase))
        ?? throw new CryptographicException($"There is no certificate with the subject {subject} in {Searched}.");

    /// <summary>The certificate and key in a PFX or PEM file.</summary>
    /// <exception cref="CryptographicException">The file is missing, can't be read, or has no private key.</exception>
    internal static X509Certificate2 FromFile(string path, string? password)
    {
        try
        {
            var certificate = IsPem(path)
                ? password is null ? X509Certificate2.CreateFromPemFile(path) : X509Certificate2.CreateFromEncryptedPemFile(path, password)
                : new X509Certificate2(path, password, X509KeyStorageFlags.EphemeralKeySet);
            return WithKey(certificate);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CryptographicException($"The certificate file {path} can't be used: {e.Message}", e);
        }
    }

    /// <summary>A certificate, if it has a private key.</summary>
    internal static X509Certificate2 WithKey(X509Certificate2 certificate) => certificate.HasPrivateKey
        ? certificate
        : throw new CryptographicException($"The certificate {certificate.Subject} has no private key here, so nothing can be signed with it.");

    private static bool IsPem(string path)
    {
        using var reader = new StreamReader(path);
        var start = new char[11];
        return reader.ReadBlock(start, 0, start.Length) == start.Length && new string(start) == "-----BEGIN ";
    }

    private static X509Certificate2? Best(Func<X509Certificate2, bool> wanted)
    {
        var found = Locations().SelectMany(In).Where(wanted).ToList();
        return found.Count == 0
            ? null
            : WithKey(found.OrderByDescending(certificate => certificate.HasPrivateKey).ThenByDescending(certificate => certificate.NotAfter).First());
    }

    private static IEnumerable<StoreLocation> Locations() => [StoreLocation.CurrentUser, StoreLocation.LocalMachine];

    private static IEnumerable<X509Certificate2> In(StoreLocation location)
    {
        using var store = new X509Store(StoreName.My, location);
        try
        {
            store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
        }
        catch (CryptographicException)
        {
            // Linux and macOS have no such store for the machine; a user may have none yet.
            return [];
        }

        return store.Certificates;
    }
}
