using System;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace MgLicense.PowerShell;

/// <summary>
/// A certificate whose private key answers the library's questions for a signature. The key itself stays with the
/// platform: it may be one that can't be exported.
/// </summary>
internal sealed class SigningKey(X509Certificate2 certificate)
{
    internal X509Certificate2 Certificate { get; } = certificate;

    /// <summary>Adds what the library has to know of the certificate; nothing of it is secret.</summary>
    internal void Describe(Utf8JsonWriter writer, bool withChain)
    {
        writer.WriteStartObject("certificate");
        writer.WriteBase64String("der", Certificate.RawData);
        writer.WriteString("subject", Certificate.Subject);
        writer.WriteNumber("notBefore", new DateTimeOffset(Certificate.NotBefore).ToUnixTimeSeconds());
        writer.WriteNumber("notAfter", new DateTimeOffset(Certificate.NotAfter).ToUnixTimeSeconds());
        if (withChain)
        {
            writer.WriteStartArray("chain");
            using var chain = new X509Chain();
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllFlags;
            chain.Build(Certificate);
            for (var i = 1; i < chain.ChainElements.Count; i++)
            {
                writer.WriteBase64StringValue(chain.ChainElements[i].Certificate.RawData);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    /// <summary>Answers a question for a signature: the signature, or why there is none.</summary>
    internal static byte[] Answer(SigningKey? key, string digest)
    {
        try
        {
            using var rsa = key?.Certificate.GetRSAPrivateKey();
            return rsa is null
                ? Reply("error", "the certificate has no RSA private key here")
                : Reply("signature", Convert.ToBase64String(
                    rsa.SignHash(Convert.FromBase64String(digest), HashAlgorithmName.SHA256, RSASignaturePadding.Pss)));
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException or ObjectDisposedException)
        {
            return Reply("error", e.Message);
        }
    }

    private static byte[] Reply(string name, string value)
    {
        using var payload = Payload.Begin();
        return payload.Add(name, value).End().ToArray();
    }
}
