namespace MgLicense;

/// <summary>What became of one row of licence work.</summary>
public sealed class AssignmentResult
{
    /// <summary>The number of the row in its pipeline, from 1.</summary>
    public int Row { get; set; }

    /// <summary>The number of the first row about the same user, where this isn't it. One change is made for both.</summary>
    public int? SameUserAs { get; set; }

    /// <summary>The user's object id, or what the row named them by.</summary>
    public string? UserId { get; set; }

    /// <summary>The user's principal name.</summary>
    public string? UserPrincipalName { get; set; }

    /// <summary>
    /// Changed; Unchanged, since everything was as wished; Failed; NotStarted, when the run ended before; OutcomeUnknown,
    /// when no answer came.
    /// </summary>
    public string? Status { get; set; }

    /// <summary>Products given.</summary>
    public LicenseChange[] Added { get; set; } = [];

    /// <summary>Products taken away.</summary>
    public LicenseChange[] Removed { get; set; } = [];

    /// <summary>Service plans turned on or off in products the user holds.</summary>
    public PlanChange[] PlanChanges { get; set; } = [];

    /// <summary>Products that were to go but stay, because a group gives them.</summary>
    public LicenseChange[] Kept { get; set; } = [];

    /// <summary>Products that were to go but weren't held.</summary>
    public LicenseChange[] NotHeld { get; set; } = [];

    /// <summary>Every product the user held before, with the groups that gave it and the plans that were off.</summary>
    public LicenseChange[] LicensesBefore { get; set; } = [];

    /// <summary>The usage location before.</summary>
    public string? UsageLocationBefore { get; set; }

    /// <summary>The usage location after.</summary>
    public string? UsageLocationAfter { get; set; }

    /// <summary>What spoke against the change beforehand.</summary>
    public LicenseTestReason[] Reasons { get; set; } = [];

    /// <summary>What else there is to know, such as a plan that stays on through a group.</summary>
    public string[] Notes { get; set; } = [];

    /// <summary>Why it failed.</summary>
    public string? Error { get; set; }

    /// <summary>The error's stable id.</summary>
    public string? ErrorId { get; set; }

    /// <summary>The service's id of the exchange, for its support.</summary>
    public string? RequestId { get; set; }
}
