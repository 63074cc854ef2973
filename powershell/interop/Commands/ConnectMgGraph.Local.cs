using System;
using MgLicense.PowerShell;

namespace Microsoft.Graph.PowerShell.Authentication.Cmdlets;

/// <content>Connecting to a tenant in a file.</content>
public sealed partial class ConnectMgGraph
{
    /// <summary>What a local tenant grants when no scope is asked for: everything its commands need.</summary>
    private static string[] LocalScopes =>
    [
        "Directory.ReadWrite.All", "Group.ReadWrite.All", "LicenseAssignment.ReadWrite.All", "Organization.Read.All", "User.ReadWrite.All",
    ];

    private void ConnectToFile(string path, bool redirected)
    {
        var scopes = AskedScopes();
        var (session, tenant) = LocalTenantSession.Open(path, scopes);
        try
        {
            if (TenantId is { Length: > 0 } && !tenant.Answers(TenantId))
            {
                throw new ArgumentException(
                    $"-TenantId {TenantId} is not the tenant in {path}, which is {tenant.TenantId} ({tenant.DisplayName}). Nothing was connected.");
            }

            if (redirected)
            {
                WriteWarning(
                    $"REHEARSAL: connected to the local tenant '{tenant.DisplayName}' in {path}, not to Microsoft Graph, because {LocalTenantSession.RedirectedBy} says so.");
            }
        }
        catch
        {
            session.Dispose();
            throw;
        }

        Adopt(
            new Connection(session, ContextFor(path, tenant, scopes)) { IsKept = PassThru },
            () => Welcome($"Connected via local tenant access using {path} ({tenant.DisplayName}). Nothing reaches Microsoft Graph."));
    }

    private AuthContext ContextFor(string path, LocalTenantInfo tenant, string[]? scopes) => new()
    {
        ClientId = ClientId ?? ClientSecretCredential?.UserName,
        TenantId = tenant.TenantId,
        Scopes = scopes ?? LocalScopes,
        AuthType = AuthType,
        TokenCredentialType = TokenCredentialType.LocalTenant,
        CertificateThumbprint = CertificateThumbprint,
        CertificateSubjectName = CertificateSubjectName,
        SendCertificateChain = SendCertificateChain,
        Account = AuthType == AuthenticationType.Delegated ? $"rehearsal@{tenant.DefaultDomain}" : null,
        AppName = "MgLicense local tenant",
        ContextScope = ContextScope.Process,
        Certificate = Certificate,
        PSHostVersion = Host.Version,
        Environment = "LocalTenant",
        LocalTenant = path,
    };
}
