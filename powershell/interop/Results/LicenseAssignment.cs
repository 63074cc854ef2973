namespace MgLicense;

/// <summary>One product of one user, from all its sources.</summary>
public sealed class LicenseAssignment : LicenseStanding
{
    /// <summary>The user's object id.</summary>
    public string? UserId { get; set; }

    /// <summary>The user's principal name.</summary>
    public string? UserPrincipalName { get; set; }

    /// <summary>The user's name.</summary>
    public string? DisplayName { get; set; }

    /// <summary>Member or Guest.</summary>
    public string? UserType { get; set; }

    /// <summary>Whether the account may sign in; null where the service did not say.</summary>
    public bool? AccountEnabled { get; set; }

    /// <summary>Synced where the account is mastered on premises, else Cloud.</summary>
    public string? Directory { get; set; }

    /// <summary>The usage location.</summary>
    public string? UsageLocation { get; set; }

    /// <summary>The product's id.</summary>
    public string? SkuId { get; set; }

    /// <summary>The product's part number; the id where nobody knows one.</summary>
    public string? SkuPartNumber { get; set; }

    /// <summary>The name people know.</summary>
    public string? ProductName { get; set; }

    /// <summary>Whether the tenant still has the product; null where that is not known.</summary>
    public bool? InTenant { get; set; }

    /// <summary>Where it comes from: Direct, groups by name, or both.</summary>
    public string? Source { get; set; }

    /// <summary>The same, with the state of each source.</summary>
    public LicenseSource[] Sources { get; set; } = [];

    /// <summary>When the user last signed in: a time, never, unknown; null where it was not asked for.</summary>
    public object? LastSignIn { get; set; }
}
