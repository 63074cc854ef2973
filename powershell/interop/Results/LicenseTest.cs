namespace MgLicense;

/// <summary>What would become of a licence change, before it is made.</summary>
public sealed class LicenseTest
{
    /// <summary>The user's object id, or what the call named them by.</summary>
    public string? UserId { get; set; }

    /// <summary>The user's principal name.</summary>
    public string? UserPrincipalName { get; set; }

    /// <summary>Whether nothing certain stands against the change.</summary>
    public bool WillSucceed { get; set; }

    /// <summary>Everything that stands against it.</summary>
    public LicenseTestReason[] Reasons { get; set; } = [];
}
