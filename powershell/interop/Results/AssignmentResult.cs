namespace MgLicense;

/// <summary>What became of one row of licence work.</summary>
public sealed class AssignmentResult
{
    /// <summary>The number of the row in its pipeline, from 1.</summary>
    public int Row { get; set; }

    /// <summary>The user's object id, or what the row named them by.</summary>
    public string? UserId { get; set; }

    /// <summary>The user's principal name.</summary>
    public string? UserPrincipalName { get; set; }

    /// <summary>Changed, Unchanged or Failed.</summary>
    public string? Status { get; set; }

    /// <summary>Products given.</summary>
    public LicenseChange[] Added { get; set; } = [];

    /// <summary>Products taken away.</summary>
    public LicenseChange[] Removed { get; set; } = [];

    /// <summary>Products that were to go but stay, because a group gives them.</summary>
    public LicenseChange[] Kept { get; set; } = [];

    /// <summary>Products that were to go but weren't held.</summary>
    public LicenseChange[] NotHeld { get; set; } = [];

    /// <summary>The usage location before.</summary>
    public string? UsageLocationBefore { get; set; }

    /// <summary>The usage location after.</summary>
    public string? UsageLocationAfter { get; set; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; set; }

    /// <summary>The error's stable id.</summary>
    public string? ErrorId { get; set; }

    /// <summary>The service's id of the exchange, for its support.</summary>
    public string? RequestId { get; set; }
}
