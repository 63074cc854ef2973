using System.Diagnostics;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Azure.Core.Pipeline;
using Azure.Identity;
using Microsoft.Graph;
using Microsoft.Graph.Authentication;

namespace MgLicense.GraphClients;

/// <summary>
/// The sample tenant, served by the plain binary as a process of its own over TLS, and Microsoft's Graph client signed in
/// to it through Azure.Identity with a client secret.
/// </summary>
public sealed class ServedTenant : IAsyncLifetime
{
    private const string Scope = "https://graph.microsoft.com/.default";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mglicense-clients-");
    private Process? server;

    public GraphServiceClient Graph { get; private set; } = null!;

    /// <summary>The client with a plain HTTP client beneath, for what the typed client can't ask.</summary>
    public HttpClient Http { get; private set; } = null!;

    public string Uri { get; private set; } = "";

    public string TenantId { get; private set; } = "";

    public string ClientId { get; private set; } = "";

    public string DefaultDomain { get; private set; } = "";

    /// <summary>An application that proves itself with a certificate, and may only read users.</summary>
    public string CertificateClientId => "11111111-2222-3333-4444-555555555555";

    /// <summary>Its certificate, with the key.</summary>
    public X509Certificate2 Certificate { get; private set; } = null!;

    /// <summary>How Azure.Identity reaches the place to sign in.</summary>
    public ClientCertificateCredentialOptions CertificateOptions { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        string binary = Environment.GetEnvironmentVariable("MGLICENSE_TENANT_BINARY")
            ?? throw new InvalidOperationException("MGLICENSE_TENANT_BINARY names no server; run this through build.ps1 Test -Suite Clients");
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=client", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        string settings = JsonSerializer.Serialize(new
        {
            requestLog = "all",
            signIn = new
            {
                applications = new[] { new { clientId = CertificateClientId, certificates = new[] { Certificate.ExportCertificatePem() }, roles = new[] { "User.Read.All" } } },
            },
        });
        ProcessStartInfo start = new(binary)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        foreach (string argument in new[]
        {
            Path.Combine(folder.FullName, "contoso.mgtenant"), "--sample", "--tls", "--until-input-ends", "--settings", settings,
        })
        {
            start.ArgumentList.Add(argument);
        }

        server = Process.Start(start) ?? throw new InvalidOperationException($"{binary} did not start");
        string line = await server.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30))
            ?? throw new InvalidOperationException($"{binary} ended without a word");
        JsonElement told = JsonDocument.Parse(line).RootElement;
        Uri = told.GetProperty("uri").GetString()!.TrimEnd('/');
        TenantId = told.GetProperty("tenantId").GetString()!;
        ClientId = told.GetProperty("clientId").GetString()!;
        string secret = told.GetProperty("clientSecret").GetString()!;
        X509Certificate2 root = X509Certificate2.CreateFromPem(File.ReadAllText(told.GetProperty("certificatePath").GetString()!));

        ClientSecretCredentialOptions options = new()
        {
            AuthorityHost = new Uri(Uri),
            DisableInstanceDiscovery = true,
            Transport = new HttpClientTransport(new HttpClient(Trusting(root))),
        };
        CertificateOptions = new()
        {
            AuthorityHost = options.AuthorityHost,
            DisableInstanceDiscovery = true,
            Transport = options.Transport,
        };
        ClientSecretCredential credential = new(TenantId, ClientId, secret, options);
        // The middleware of the real client (retry, redirect, compression, telemetry) stands between, as it does in production.
        HttpClient client = GraphClientFactory.Create(finalHandler: Trusting(root));
        // Without the list of hosts the client gives its token to Microsoft's own addresses only.
        AzureIdentityAuthenticationProvider signedIn = new(credential, [new Uri(Uri).Host], isCaeEnabled: false, scopes: [Scope]);
        Graph = new GraphServiceClient(client, signedIn, $"{Uri}/v1.0");
        Http = new HttpClient(Trusting(root)) { BaseAddress = new Uri($"{Uri}/v1.0/") };
        var token = await credential.GetTokenAsync(new Azure.Core.TokenRequestContext([Scope]), default);
        Http.DefaultRequestHeaders.Authorization = new("Bearer", token.Token);
        var domains = await Graph.Domains.GetAsync();
        DefaultDomain = domains!.Value!.Single(domain => domain.IsDefault == true).Id!;
    }

    public Task DisposeAsync()
    {
        Http?.Dispose();
        Graph?.Dispose();
        Certificate?.Dispose();
        if (server is not null)
        {
            server.StandardInput.Close();
            if (!server.WaitForExit(10_000))
            {
                server.Kill();
            }

            server.Dispose();
        }

        folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    private static SocketsHttpHandler Trusting(X509Certificate2 root) => new()
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { root },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };
}

[CollectionDefinition(Name)]
public sealed class TenantCollection : ICollectionFixture<ServedTenant>
{
    public const string Name = "served tenant";
}
