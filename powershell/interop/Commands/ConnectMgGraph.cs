using System;
using System.Linq;
using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using MgLicense.PowerShell;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Native;

namespace Microsoft.Graph.PowerShell.Authentication.Cmdlets;

/// <summary>Signs in, and makes the connection the default of this process.</summary>
[Cmdlet(VerbsCommunications.Connect, "MgGraph", DefaultParameterSetName = UserSet)]
[Alias("Connect-Graph")]
[OutputType(typeof(string), typeof(IAuthContext))]
public sealed partial class ConnectMgGraph : NativeCmdlet
{
    private const string UserSet = "UserParameterSet";
    private const string CertificateSet = "AppCertificateParameterSet";
    private const string SecretSet = "AppSecretCredentialParameterSet";
    private const string TokenSet = "AccessTokenParameterSet";
    private const string IdentitySet = "IdentityParameterSet";
    private const string EnvironmentSet = "EnvironmentVariableParameterSet";
    private const string FederatedSet = "FederatedTokenParameterSet";
    private const string LocalSet = "LocalTenantParameterSet";

    /// <summary>A SHA-1 thumbprint in hexadecimal.</summary>
    private const int ThumbprintLength = 40;

    /// <summary>Permissions to ask for. Texts may hold several, separated by commas.</summary>
    [Parameter(ParameterSetName = UserSet, Position = 1)]
    [Parameter(ParameterSetName = LocalSet)]
    public string[]? Scopes { get; set; }

    /// <summary>The application to sign in as.</summary>
    [Parameter(ParameterSetName = CertificateSet, Mandatory = true, Position = 1)]
    [Parameter(ParameterSetName = FederatedSet, Mandatory = true)]
    [Parameter(ParameterSetName = UserSet)]
    [Parameter(ParameterSetName = IdentitySet)]
    [Alias("AppId", "ApplicationId")]
    public string? ClientId { get; set; }

    /// <summary>Subject of a certificate in the user's store.</summary>
    [Parameter(ParameterSetName = CertificateSet, Position = 2)]
    [Alias("CertificateSubject", "CertificateName")]
    public string? CertificateSubjectName { get; set; }

    /// <summary>Thumbprint of a certificate in the user's store.</summary>
    [Parameter(ParameterSetName = CertificateSet, Position = 3)]
    public string? CertificateThumbprint { get; set; }

    /// <summary>Whether the certificate's chain is sent along.</summary>
    [Parameter(ParameterSetName = CertificateSet)]
    public bool SendCertificateChain { get; set; }

    /// <summary>A certificate with its private key.</summary>
    [Parameter(ParameterSetName = CertificateSet)]
    public X509Certificate2? Certificate { get; set; }

    /// <summary>The application's id as user name, its secret as password.</summary>
    [Parameter(ParameterSetName = SecretSet)]
    [Alias("SecretCredential", "Credential")]
    public PSCredential? ClientSecretCredential { get; set; }

    /// <summary>The tenant: its id or one of its domains. For a local tenant it must be that tenant.</summary>
    [Parameter(ParameterSetName = UserSet, Position = 4)]
    [Parameter(ParameterSetName = CertificateSet)]
    [Parameter(ParameterSetName = SecretSet)]
    [Parameter(ParameterSetName = FederatedSet, Mandatory = true)]
    [Parameter(ParameterSetName = LocalSet)]
    [Alias("Audience", "Tenant")]
    public string? TenantId { get; set; }

    /// <summary>A token got elsewhere.</summary>
    [Parameter(ParameterSetName = TokenSet, Mandatory = true, Position = 1)]
    public SecureString? AccessToken { get; set; }

    /// <summary>Signs in with the identity that the platform gives this machine.</summary>
    [Parameter(ParameterSetName = IdentitySet, Position = 1)]
    [Alias("ManagedIdentity", "ManagedServiceIdentity", "MSI")]
    public SwitchParameter Identity { get; set; }

    /// <summary>Signs in with what environment variables say.</summary>
    [Parameter(ParameterSetName = EnvironmentSet)]
    public SwitchParameter EnvironmentVariable { get; set; }

    /// <summary>A file with a token of another identity provider, by which the application is known.</summary>
    [Parameter(ParameterSetName = FederatedSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? FederatedTokenFile { get; set; }

    /// <summary>Signs in with a code on another device.</summary>
    [Parameter(ParameterSetName = UserSet)]
    [Alias("UseDeviceAuthentication", "DeviceCode", "DeviceAuth", "Device")]
    public SwitchParameter UseDeviceCode { get; set; }

    /// <summary>How far the connection reaches.</summary>
    [Parameter(ParameterSetName = UserSet)]
    [Parameter(ParameterSetName = CertificateSet)]
    [Parameter(ParameterSetName = SecretSet)]
    [Parameter(ParameterSetName = IdentitySet)]
    [Parameter(ParameterSetName = EnvironmentSet)]
    [Parameter(ParameterSetName = FederatedSet)]
    public ContextScope ContextScope { get; set; }

    /// <summary>The cloud, by the name that Get-MgEnvironment lists.</summary>
    [Parameter(ParameterSetName = UserSet)]
    [Parameter(ParameterSetName = CertificateSet)]
    [Parameter(ParameterSetName = SecretSet)]
    [Parameter(ParameterSetName = TokenSet)]
    [Parameter(ParameterSetName = IdentitySet)]
    [Parameter(ParameterSetName = EnvironmentSet)]
    [Parameter(ParameterSetName = FederatedSet)]
    [ValidateNotNullOrEmpty]
    [Alias("EnvironmentName", "NationalCloud")]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    public string? Environment { get; set; }

    /// <summary>The proxy for signing in and for every request, instead of the one that the environment names.</summary>
    [Parameter(ParameterSetName = UserSet)]
    [Parameter(ParameterSetName = CertificateSet)]
    [Parameter(ParameterSetName = SecretSet)]
    [Parameter(ParameterSetName = TokenSet)]
    [Parameter(ParameterSetName = IdentitySet)]
    [Parameter(ParameterSetName = EnvironmentSet)]
    [Parameter(ParameterSetName = FederatedSet)]
    public Uri? Proxy { get; set; }

    /// <summary>How long signing in, and then each request, may take, in seconds.</summary>
    [Parameter(ParameterSetName = UserSet)]
    [Parameter(ParameterSetName = CertificateSet)]
    [Parameter(ParameterSetName = SecretSet)]
    [Parameter(ParameterSetName = TokenSet)]
    [Parameter(ParameterSetName = IdentitySet)]
    [Parameter(ParameterSetName = EnvironmentSet)]
    [Parameter(ParameterSetName = FederatedSet)]
    public double ClientTimeout { get; set; }

    /// <summary>The file of a local tenant to connect to instead of a cloud.</summary>
    [Parameter(ParameterSetName = LocalSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TenantFileCompleter))]
    public string? LocalTenant { get; set; }

    /// <summary>Writes the connection's context, for -Context of other commands, and no banner.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Writes no banner.</summary>
    [Parameter]
    public SwitchParameter NoWelcome { get; set; }

    /// <summary>Waits for a debugger before signing in.</summary>
    [Parameter(DontShow = true)]
    public SwitchParameter Break { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (Break)
        {
            Debugging.WaitForDebugger(() => Stopped);
        }

        CheckParameters();
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            if ((LocalTenant ?? LocalTenantSession.Redirection) is { } path)
            {
                ConnectToFile(TenantPath.Resolve(this, path), redirected: LocalTenant is null);
            }
            else
            {
                ConnectToCloud();
            }
        }
        catch (NativeCallException e)
        {
            var failure = GraphFailure.From(e);
            Fail(LocalTenant is null ? ErrorRecords.SignIn(failure) : ErrorRecords.Make(failure, LocalTenant));
        }
        catch (NativeLibraryException e)
        {
            Fail(ErrorRecords.Make(e, LocalTenant));
        }
        catch (Exception e) when (e is not (PipelineStoppedException or FlowControlException))
        {
            Fail(new ErrorRecord(e, "", ErrorCategory.NotSpecified, null));
        }
    }

    /// <summary>A failed sign-in leaves no connection behind, not even the one before.</summary>
    private void Fail(ErrorRecord record)
    {
        Connection.Replace(null);
        WriteError(record);
    }

    /// <summary>Makes a connection the default, and says so.</summary>
    private void Adopt(Connection connection, Action welcome)
    {
        Connection.Replace(connection);
        if (PassThru)
        {
            WriteObject(connection.Context.Clone());
        }
        else if (!NoWelcome)
        {
            welcome();
        }
    }

    private void Welcome(string connected)
    {
        WriteObject("Welcome to Microsoft Graph!");
        WriteObject("");
        WriteObject(connected);
        WriteObject("Help: Get-Help about_MgLicense");
        WriteObject("SDK Docs: https://aka.ms/graph/sdk/powershell/docs");
        WriteObject("API Docs: https://aka.ms/graph/docs");
        WriteObject("");
        WriteObject("NOTE: You can use the -NoWelcome parameter to suppress this message.");
        WriteObject("");
    }

    private AuthenticationType AuthType => ParameterSetName switch
    {
        CertificateSet or SecretSet or FederatedSet => AuthenticationType.AppOnly,
        TokenSet => AuthenticationType.UserProvidedAccessToken,
        IdentitySet => AuthenticationType.ManagedIdentity,
        EnvironmentSet => AuthenticationType.EnvironmentVariable,
        _ => AuthenticationType.Delegated,
    };

    private string[]? AskedScopes()
    {
        var asked = (Scopes ?? [])
            .SelectMany(scope => (scope ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToArray();
        return asked.Length == 0 ? null : asked;
    }

    private void CheckParameters()
    {
        if (ParameterSetName == CertificateSet)
        {
            Require(ClientId is { Length: > 0 }, nameof(ClientId), "-ClientId is needed to sign in with a certificate.");
            Require(TenantId is { Length: > 0 }, nameof(TenantId), "-TenantId is needed to sign in with a certificate.");
            Require(
                CertificateThumbprint is { Length: > 0 } || CertificateSubjectName is { Length: > 0 } || Certificate is not null,
                nameof(CertificateThumbprint),
                "One of -CertificateThumbprint, -CertificateSubjectName and -Certificate is needed to sign in with a certificate.");
            Require(
                CertificateThumbprint is null or { Length: ThumbprintLength },
                nameof(CertificateThumbprint),
                $"A certificate thumbprint has {ThumbprintLength} characters, this one has {CertificateThumbprint?.Length}.");
        }

        if (ParameterSetName == SecretSet)
        {
            Require(ClientSecretCredential is not null, nameof(ClientSecretCredential), "-ClientSecretCredential is needed to sign in with a client secret.");
            Require(TenantId is { Length: > 0 }, nameof(TenantId), "-TenantId is needed to sign in with a client secret.");
        }

        if (Environment is not null)
        {
            Require(
                GraphEnvironments.Find(Environment) is not null,
                nameof(Environment),
                $"'{Environment}' is no environment; Get-MgEnvironment lists them: {string.Join(", ", GraphEnvironments.All.Select(environment => environment.Name))}.");
        }

        if (MyInvocation.BoundParameters.ContainsKey(nameof(ClientTimeout)))
        {
            Require(ClientTimeout > 0, nameof(ClientTimeout), "-ClientTimeout must be more than 0 seconds.");
            RequestContext.Current = RequestContext.Current with { ClientTimeout = TimeSpan.FromSeconds(ClientTimeout) };
        }
    }

    private void Require(bool holds, string parameter, string message)
    {
        if (!holds)
        {
            ThrowTerminatingError(new ErrorRecord(new ArgumentException(message, parameter), "InvalidArgument", ErrorCategory.InvalidArgument, null));
        }
    }
}
