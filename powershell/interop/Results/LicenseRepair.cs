namespace MgLicense;

/// <summary>What came of processing a user's licences again.</summary>
public sealed class LicenseRepair
{
    /// <summary>The user's object id.</summary>
    public string? UserId { get; set; }

    /// <summary>The user's principal name.</summary>
    public string? UserPrincipalName { get; set; }

    /// <summary>Repaired, StillInError, or Failed if the user could not be processed or read.</summary>
    public string? Status { get; set; }

    /// <summary>What stands in the way; of a user who could not be processed or read, what the service said.</summary>
    public string? Message { get; set; }

    /// <summary>What is still wrong.</summary>
    public LicenseError[] Errors { get; set; } = [];

    /// <summary>The service's id of the exchange.</summary>
    public string? RequestId { get; set; }
}
