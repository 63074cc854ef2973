using System.Security;
using System.Security.Cryptography.X509Certificates;

namespace Microsoft.Graph.PowerShell.Authentication;

/// <summary>What a connection is to whom; the output of Get-MgContext.</summary>
public interface IAuthContext
{
    /// <summary>The application's id; null for a local tenant unless -ClientId was given.</summary>
    string? ClientId { get; set; }

    /// <summary>The tenant's id.</summary>
    string? TenantId { get; set; }

    /// <summary>The permissions of this connection.</summary>
    string[]? Scopes { get; set; }

    /// <summary>Whose rights the connection has.</summary>
    AuthenticationType AuthType { get; set; }

    /// <summary>How the connection proves who it is.</summary>
    TokenCredentialType TokenCredentialType { get; set; }

    /// <summary>Thumbprint of the certificate, where one was named so.</summary>
    string? CertificateThumbprint { get; set; }

    /// <summary>Subject of the certificate, where one was named so.</summary>
    string? CertificateSubjectName { get; set; }

    /// <summary>Whether the certificate's chain is sent along.</summary>
    bool SendCertificateChain { get; set; }

    /// <summary>Name of the signed-in account.</summary>
    string? Account { get; set; }

    /// <summary>Name of the application; for a local tenant it says so.</summary>
    string? AppName { get; set; }

    /// <summary>How far the connection reaches.</summary>
    ContextScope ContextScope { get; set; }

    /// <summary>The certificate, where it was given as an object.</summary>
    X509Certificate2? Certificate { get; set; }

    /// <summary>Version of the PowerShell host.</summary>
    System.Version? PSHostVersion { get; set; }

    /// <summary>Id of a user-assigned managed identity.</summary>
    string? ManagedIdentityId { get; set; }

    /// <summary>The client secret; never filled in.</summary>
    SecureString? ClientSecret { get; set; }

    /// <summary>Name of the cloud; <c>LocalTenant</c> for a local tenant.</summary>
    string? Environment { get; set; }

    /// <summary>Path of the local tenant's file; null when connected to a cloud.</summary>
    string? LocalTenant { get; set; }
}
