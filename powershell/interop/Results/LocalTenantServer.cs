using System.Management.Automation;
using System.Text.Json.Serialization;

namespace MgLicense;

/// <summary>A local tenant that this process serves to other Graph clients of this machine.</summary>
public sealed class LocalTenantServer
{
    /// <summary>The tenant's file.</summary>
    public string? Path { get; set; }

    /// <summary>Scheme, address and port. Graph is below it, and so is the place to sign in.</summary>
    public string? Uri { get; set; }

    /// <summary>The port.</summary>
    public int Port { get; set; }

    /// <summary>The tenant's id.</summary>
    public string? TenantId { get; set; }

    /// <summary>Where tokens are had.</summary>
    public string? TokenEndpoint { get; set; }

    /// <summary>The id of an application that may do everything here.</summary>
    public string? ClientId { get; set; }

    /// <summary>The application's id and secret, as Connect-MgGraph -ClientSecretCredential takes them.</summary>
    [JsonIgnore]
    public PSCredential? Credential { get; set; }

    /// <summary>The name by which Connect-MgGraph -Environment finds it in this process.</summary>
    [JsonIgnore]
    public string? Environment { get; set; }

    /// <summary>The certificate to trust, in PEM; null without TLS.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>How many access tokens it had given when this was asked.</summary>
    public long TokensGiven { get; set; }

    /// <summary>The server by the number the native library knows it by.</summary>
    public ulong Server { get; set; }
}
