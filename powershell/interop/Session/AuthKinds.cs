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

    /// <summary>A token of another identity provider.</summary>
    WorkloadIdentity,

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
