using System;
using System.Linq;
using System.Management.Automation;
using System.Text.Json;
using MgLicense.PowerShell;
using MgLicense.PowerShell.Native;

namespace Microsoft.Graph.PowerShell.Authentication.Cmdlets;

/// <content>Connecting to a cloud: what the parameters say is handed to the library, which signs in.</content>
public sealed partial class ConnectMgGraph
{
    /// <summary>The application of an interactive sign-in that names none: Microsoft's own for its command line tools.</summary>
    private const string MicrosoftClientId = "14d82eec-204b-4c2f-b7e8-296a70dab67e";

    private const string MicrosoftAppName = "Microsoft Graph Command Line Tools";

    /// <summary>The tenant of a person's sign-in that names none.</summary>
    private const string AnyTenant = "organizations";

    /// <summary>What platforms set for a managed identity, beside the header, which is a secret.</summary>
    private static readonly string[] IdentityVariables = ["IDENTITY_ENDPOINT", "IMDS_ENDPOINT", "AZURE_POD_IDENTITY_AUTHORITY_HOST", "ProgramData"];

    /// <summary>What Azure's libraries sign in with, beside the secret.</summary>
    private static readonly string[] AzureVariables = ["AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE"];

    private SigningKey? key;
    private GraphFailure? failure;
    private AuthContext? told;

    private protected override SigningKey? Key => key;

    private static string? Variable(string name) => System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private bool IsPerson => ParameterSetName == UserSet;

    /// <summary>Where a cloud's tokens come from, which an environment variable of Azure's libraries may say too.</summary>
    private string Authority(GraphEnvironment environment) =>
        Environment is null && ParameterSetName is EnvironmentSet or FederatedSet && Variable("AZURE_AUTHORITY_HOST") is { } host
            ? host
            : environment.AzureADEndpoint;

    private void ConnectToCloud()
    {
        var environment = Environment is null ? GraphEnvironment.Global : GraphEnvironments.Find(Environment)!;
        var authority = Authority(environment);
        var store = Store(out var scope);
        key = SigningKeyAsked();
        var session = OpenSession(environment, authority, store);
        try
        {
            SignIn(session);
            if (failure is not null)
            {
                session.Dispose();
                Fail(ErrorRecords.SignIn(failure));
                return;
            }

            Keep(session, authority, store);
        }
        catch
        {
            session.Dispose();
            throw;
        }

        var context = ContextFor(environment, scope);
        Adopt(
            new Connection(session, context)
            {
                Key = key,
                IsKept = PassThru,
                SigningOut = store is null ? null : () => store.Remove(authority, TenantId ?? AnyTenant, ClientId ?? MicrosoftClientId),
            },
            () => Welcome($"Connected via {context.AuthType.ToString().ToLowerInvariant()} access using {context.ClientId}"));
    }

    /// <summary>Where this sign-in is kept for the user's next process, if anywhere.</summary>
    private UserTokenStore? Store(out ContextScope scope)
    {
        var asked = MyInvocation.BoundParameters.ContainsKey(nameof(ContextScope));
        var wanted = IsPerson && (!asked || ContextScope == ContextScope.CurrentUser);
        var store = wanted ? UserTokenStore.OfPlatform() : null;
        scope = store is null ? ContextScope.Process : ContextScope.CurrentUser;
        if (asked && ContextScope == ContextScope.CurrentUser && store is null)
        {
            WriteWarning(IsPerson
                ? "-ContextScope CurrentUser is not possible here: this platform has no store at hand that encrypts for the user. The sign-in lasts as long as this process."
                : "-ContextScope CurrentUser keeps nothing in this case: an application signs in anew in each process.");
        }

        return store;
    }

    private SigningKey? SigningKeyAsked()
    {
        if (ParameterSetName == EnvironmentSet)
        {
            return Variable("AZURE_CLIENT_SECRET") is null && Variable("AZURE_CLIENT_CERTIFICATE_PATH") is { } path
                ? new SigningKey(CertificateStores.FromFile(TenantPath.Resolve(this, path), Variable("AZURE_CLIENT_CERTIFICATE_PASSWORD")))
                : null;
        }

        return ParameterSetName != CertificateSet ? null
            : Certificate is not null ? new SigningKey(CertificateStores.WithKey(Certificate))
            : new SigningKey(CertificateThumbprint is { Length: > 0 }
                ? CertificateStores.ByThumbprint(CertificateThumbprint)
                : CertificateStores.BySubject(CertificateSubjectName!));
    }

    private SecretBytes Secret(string authority, UserTokenStore? store) => ParameterSetName switch
    {
        TokenSet => SecretBytes.Of(AccessToken!),
        SecretSet => SecretBytes.Of(ClientSecretCredential!.Password),
        IdentitySet => SecretBytes.Of(Variable("IDENTITY_HEADER")),
        EnvironmentSet => SecretBytes.Of(Variable("AZURE_CLIENT_SECRET")),
        UserSet when store?.Read(authority, TenantId ?? AnyTenant, ClientId ?? MicrosoftClientId) is { } kept => SecretBytes.Take(kept),
        _ => SecretBytes.None,
    };

    private unsafe SessionHandle OpenSession(GraphEnvironment environment, string authority, UserTokenStore? store)
    {
        NativeLibraryLoader.EnsureLoaded();
        using var secret = Secret(authority, store);
        using var options = Payload.Begin();
        options.Add("kind", "graph").Add("graph", environment.GraphEndpoint).Add("authority", authority).Add("tenant", TenantId);
        options.Add("trust", environment.CertificateAuthorityPath).Add("proxy", Proxy?.OriginalString);
        if (MyInvocation.BoundParameters.ContainsKey(nameof(ClientTimeout)))
        {
            options.Add("signInSeconds", ClientTimeout);
        }

        options.Writer.WriteStartObject("requestContext");
        RequestContext.Current.Fill(options);
        options.Writer.WriteEndObject();
        DescribeWay(options);
        var json = options.End();

        ulong session = 0;
        MglBuf error = default;
        NativeStatus status;
        fixed (byte* jsonPointer = json)
        fixed (byte* secretPointer = secret.Span)
        {
            status = NativeMethods.SessionOpen(
                new MglBytes(jsonPointer, (nuint)json.Length), new MglBytes(secretPointer, (nuint)secret.Span.Length), &session, &error);
        }

        return status == NativeStatus.Ok ? new SessionHandle(session) : throw NativeCallException.Take(status, ref error);
    }

    /// <summary>Says how to sign in.</summary>
    private void DescribeWay(Payload options)
    {
        options.Writer.WriteStartObject("auth");
        options.Add("kind", ParameterSetName switch
        {
            TokenSet => "token",
            SecretSet => "clientSecret",
            CertificateSet => "certificate",
            IdentitySet => "managedIdentity",
            EnvironmentSet => "environment",
            FederatedSet => "workloadIdentity",
            _ => UseDeviceCode ? "deviceCode" : "interactive",
        });
        switch (ParameterSetName)
        {
            case TokenSet:
                break;
            case SecretSet:
                options.Add("clientId", ClientSecretCredential!.UserName);
                break;
            case EnvironmentSet:
                AddVariables(options, AzureVariables);
                break;
            default:
                options.Add("clientId", ClientId);
                break;
        }

        if (IsPerson)
        {
            options.AddTexts("scopes", AskedScopes());
        }

        if (ParameterSetName == IdentitySet)
        {
            AddVariables(options, IdentityVariables);
        }

        if (FederatedTokenFile is not null)
        {
            options.Add("tokenFile", TenantPath.Resolve(this, FederatedTokenFile));
        }

        key?.Describe(options.Writer, SendCertificateChain);
        options.Writer.WriteEndObject();
    }

    /// <summary>Variables by their names. The library can't see them: what PowerShell sets reaches .NET only.</summary>
    private static void AddVariables(Payload options, string[] names)
    {
        options.Writer.WriteStartObject("variables");
        foreach (var name in names)
        {
            options.Add(name, Variable(name));
        }

        options.Writer.WriteEndObject();
    }

    private unsafe void SignIn(SessionHandle session)
    {
        failure = null;
        told = null;
        Run(&NativeMethods.SessionSignIn, session.Value, "{}"u8);
    }

    private protected override void OnError(GraphFailure error)
    {
        Failed();
        failure = error;
    }

    private protected override void OnItem(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        string? Text(string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        told = new AuthContext
        {
            ClientId = Text("clientId"),
            TenantId = Text("tenantId"),
            Account = Text("account"),
            AppName = Text("appName"),
            Scopes = root.TryGetProperty("scopes", out var scopes) ? scopes.EnumerateArray().Select(scope => scope.GetString() ?? "").ToArray() : [],
        };
    }

    /// <summary>Keeps what signs this user in again, where that can be kept.</summary>
    private unsafe void Keep(SessionHandle session, string authority, UserTokenStore? store)
    {
        if (store is null)
        {
            return;
        }

        MglBuf buffer = default;
        if (NativeMethods.SessionKeepable(session.Value, &buffer) != NativeStatus.Ok || buffer.Length == 0)
        {
            return;
        }

        var kept = buffer.Span.ToArray();
        new Span<byte>(buffer.Pointer, checked((int)buffer.Length)).Clear();
        NativeMethods.BufferFree(buffer);
        using var wiped = SecretBytes.Take(kept);
        try
        {
            store.Write(authority, TenantId ?? AnyTenant, ClientId ?? MicrosoftClientId, kept);
        }
        catch (Exception e) when (e is System.IO.IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            WriteWarning($"The sign-in could not be kept for other processes: {e.Message}");
        }
    }

    private AuthContext ContextFor(GraphEnvironment environment, ContextScope scope)
    {
        var clientId = told?.ClientId ?? ClientId ?? ClientSecretCredential?.UserName;
        return new AuthContext
        {
            ClientId = clientId,
            TenantId = told?.TenantId ?? TenantId,
            Scopes = told?.Scopes,
            AuthType = AuthType,
            TokenCredentialType = ParameterSetName switch
            {
                CertificateSet => TokenCredentialType.ClientCertificate,
                SecretSet => TokenCredentialType.ClientSecret,
                TokenSet => TokenCredentialType.UserProvidedAccessToken,
                IdentitySet => TokenCredentialType.ManagedIdentity,
                EnvironmentSet => TokenCredentialType.EnvironmentVariable,
                FederatedSet => TokenCredentialType.WorkloadIdentity,
                _ => UseDeviceCode ? TokenCredentialType.DeviceCode : TokenCredentialType.InteractiveBrowser,
            },
            CertificateThumbprint = CertificateThumbprint,
            CertificateSubjectName = CertificateSubjectName,
            SendCertificateChain = SendCertificateChain,
            Account = told?.Account,
            AppName = told?.AppName ?? (clientId == MicrosoftClientId ? MicrosoftAppName : null),
            ContextScope = scope,
            Certificate = Certificate,
            PSHostVersion = Host.Version,
            ManagedIdentityId = ParameterSetName == IdentitySet ? ClientId : null,
            Environment = environment.Name,
        };
    }
}
