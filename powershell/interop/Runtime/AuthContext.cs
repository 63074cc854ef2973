using System.Security;
using System.Security.Cryptography.X509Certificates;

namespace Microsoft.Graph.PowerShell.Authentication;

/// <summary>Whose rights a connection has.</summary>
public enum AuthenticationType
{
    /// <summary>A person's, within the scopes consented to.</summary>
    Delegated,

    /// <summary>An application's own.</summary>
    AppOnly,

    /// <summary>Those of a token that the caller brought.</summary>
    UserProvidedAccessToken,

    /// <summary>Those of the identity that the platform gives this machine.</summary>
    ManagedIdentity,

    /// <summary>Those named by environment variables.</summary>
    EnvironmentVariable,
}

/// <summary>How a connection proves who it is.</summary>
public enum TokenCredentialType
{
    /// <summary>Sign-in in a browser.</summary>
    InteractiveBrowser,

    /// <summary>Sign-in with a code on another device.</summary>
    DeviceCode,

    /// <summary>A certificate's private key.</summary>
    ClientCertificate,

    /// <summary>A token that the caller brought.</summary>
    UserProvidedAccessToken,

    /// <summary>The identity that the platform gives this machine.</summary>
    ManagedIdentity,

    /// <summary>A client secret.</summary>
    ClientSecret,

    /// <summary>Environment variables.</summary>
    EnvironmentVariable,

    /// <summary>None: the tenant is a local file, a rehearsal.</summary>
    LocalTenant,
}

/// <summary>How far a connection reaches: this process, or all of the user's.</summary>
public enum ContextScope
{
    /// <summary>This process.</summary>
    Process,

    /// <summary>Every process of the user.</summary>
    CurrentUser,
}

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

/// <inheritdoc cref="IAuthContext"/>
public sealed class AuthContext : IAuthContext
{
    /// <inheritdoc/>
    public string? ClientId { get; set; }

    /// <inheritdoc/>
    public string? TenantId { get; set; }

    /// <inheritdoc/>
    public string[]? Scopes { get; set; }

    /// <inheritdoc/>
    public AuthenticationType AuthType { get; set; }

    /// <inheritdoc/>
    public TokenCredentialType TokenCredentialType { get; set; }

    /// <inheritdoc/>
    public string? CertificateThumbprint { get; set; }

    /// <inheritdoc/>
    public string? CertificateSubjectName { get; set; }

    /// <inheritdoc/>
    public bool SendCertificateChain { get; set; }

    /// <inheritdoc/>
    public string? Account { get; set; }

    /// <inheritdoc/>
    public string? AppName { get; set; }

    /// <inheritdoc/>
    public ContextScope ContextScope { get; set; }

    /// <inheritdoc/>
    public X509Certificate2? Certificate { get; set; }

    /// <inheritdoc/>
    public System.Version? PSHostVersion { get; set; }

    /// <inheritdoc/>
    public string? ManagedIdentityId { get; set; }

    /// <inheritdoc/>
    public SecureString? ClientSecret { get; set; }

    /// <inheritdoc/>
    public string? Environment { get; set; }

    /// <inheritdoc/>
    public string? LocalTenant { get; set; }

    /// <summary>A context of its own with the same values.</summary>
    public AuthContext Clone() => (AuthContext)MemberwiseClone();
}
