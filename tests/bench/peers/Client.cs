using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Graph;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;

namespace MgLicense.Bench.Peers;

/// <summary>Microsoft's client as its documentation sets it up, for a service of another address and certificate.</summary>
internal static class Client
{
    /// <summary>A client with the library's own handlers, which trusts <paramref name="certificate"/> too.</summary>
    internal static GraphServiceClient Make(string address, string? certificate, string token)
    {
        var http = GraphClientFactory.Create(finalHandler: Handler(certificate));
        return new GraphServiceClient(http, new Token(token), $"{address}/v1.0");
    }

    /// <summary>The platform's handler, which trusts <paramref name="certificate"/> only, if there is one.</summary>
    internal static SocketsHttpHandler Handler(string? certificate)
    {
        var handler = new SocketsHttpHandler { AutomaticDecompression = System.Net.DecompressionMethods.All };
        if (certificate is not null)
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(certificate);
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        return handler;
    }

    private sealed class Token(string token) : IAuthenticationProvider
    {
        public Task AuthenticateRequestAsync(
            RequestInformation request,
            Dictionary<string, object>? additionalAuthenticationContext = null,
            CancellationToken cancellationToken = default)
        {
            request.Headers.Add("Authorization", $"Bearer {token}");
            return Task.CompletedTask;
        }
    }
}
