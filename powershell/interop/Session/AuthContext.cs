using System.Security;
using System.Security.Cryptography.X509Certificates;
using MgLicense.PowerShell;

namespace Microsoft.Graph.PowerShell.Authentication;

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

    /// <summary>The connection it tells of; commands take the context to run on that one.</summary>
    internal Connection? Connection { get; set; }

    /// <summary>A context of its own with the same values.</summary>
    public AuthContext Clone() => (AuthContext)MemberwiseClone();
}
