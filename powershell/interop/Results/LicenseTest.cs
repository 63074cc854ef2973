namespace MgLicense;

/// <summary>What would become of a licence change, before it is made.</summary>
public sealed class LicenseTest
{
    /// <summary>The number of the row in its pipeline, from 1; null for a test of one user by parameter.</summary>
    public int? Row { get; set; }

    /// <summary>The number of the first row about the same user, where this isn't it. One change would be made for both.</summary>
    public int? SameUserAs { get; set; }

    /// <summary>The user's object id, or what the call named them by.</summary>
    public string? UserId { get; set; }

    /// <summary>The user's principal name.</summary>
    public string? UserPrincipalName { get; set; }

    /// <summary>Whether nothing certain stands against the change.</summary>
    public bool WillSucceed { get; set; }

    /// <summary>The change in words, for a row of a pipeline: what would be sent, or would have been.</summary>
    public string? Change { get; set; }

    /// <summary>Products that would be given.</summary>
    public LicenseChange[] Added { get; set; } = [];

    /// <summary>Products that would be taken away.</summary>
    public LicenseChange[] Removed { get; set; } = [];

    /// <summary>Service plans that would be turned on or off in products the user holds.</summary>
    public PlanChange[] PlanChanges { get; set; } = [];

    /// <summary>Products that are to go but would stay, because a group gives them.</summary>
    public LicenseChange[] Kept { get; set; } = [];

    /// <summary>Products that are to go but aren't held.</summary>
    public LicenseChange[] NotHeld { get; set; } = [];

    /// <summary>Every product the user holds now, with the groups that give it and the plans that are off.</summary>
    public LicenseChange[] LicensesBefore { get; set; } = [];

    /// <summary>The usage location now.</summary>
    public string? UsageLocationBefore { get; set; }

    /// <summary>The usage location afterwards.</summary>
    public string? UsageLocationAfter { get; set; }

    /// <summary>Everything that stands against it.</summary>
    public LicenseTestReason[] Reasons { get; set; } = [];

    /// <summary>What else there is to know, such as a plan that stays on through a group.</summary>
    public string[] Notes { get; set; } = [];
}
