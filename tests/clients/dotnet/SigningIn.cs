using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Identity;

namespace MgLicense.GraphClients;

/// <summary>Azure.Identity, and MSAL beneath it, sign in with a certificate's key.</summary>
[Collection(TenantCollection.Name)]
public sealed class SigningIn(ServedTenant tenant)
{
    private static readonly TokenRequestContext Wanted = new(["https://graph.microsoft.com/.default"]);

    private ClientCertificateCredential With(X509Certificate2 certificate) =>
        new(tenant.TenantId, tenant.CertificateClientId, certificate, tenant.CertificateOptions);

    [Fact]
    public async Task A_certificate_of_the_application_gets_a_token_that_holds()
    {
        AccessToken token = await With(tenant.Certificate).GetTokenAsync(Wanted, default);

        async Task<HttpStatusCode> Get(string path)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, path);
            request.Headers.Authorization = new("Bearer", token.Token);
            using HttpResponseMessage answer = await tenant.Http.SendAsync(request);
            return answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.OK, await Get("users"));
        Assert.Equal(HttpStatusCode.Forbidden, await Get("groups"));
    }

    [Fact]
    public async Task Another_certificate_is_refused_in_words_that_the_library_knows()
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=other", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 other = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

        AuthenticationFailedException refused =
            await Assert.ThrowsAsync<AuthenticationFailedException>(async () => await With(other).GetTokenAsync(Wanted, default));

        Assert.Contains("AADSTS700027", refused.ToString());
    }
}
