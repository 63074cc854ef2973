using System;

namespace MgLicense;

/// <summary>The seats of one product.</summary>
public sealed class LicenseSummary
{
    /// <summary>The product's id.</summary>
    public string? SkuId { get; set; }

    /// <summary>The product's part number.</summary>
    public string? SkuPartNumber { get; set; }

    /// <summary>The name people know.</summary>
    public string? ProductName { get; set; }

    /// <summary>User, or Company for a product that nobody is assigned.</summary>
    public string? AppliesTo { get; set; }

    /// <summary>What the service says of the product as a whole: Enabled, Warning, Suspended, LockedOut, Deleted.</summary>
    public string? Status { get; set; }

    /// <summary>Seats in good standing.</summary>
    public long Enabled { get; set; }

    /// <summary>Seats in the days of grace after a subscription expired; they work and can be assigned.</summary>
    public long Warning { get; set; }

    /// <summary>Seats of a cancelled subscription; they can't be assigned but may come back.</summary>
    public long Suspended { get; set; }

    /// <summary>Seats of a subscription that is cancelled and locked.</summary>
    public long LockedOut { get; set; }

    /// <summary>Users who have the product.</summary>
    public long Assigned { get; set; }

    /// <summary>Enabled and Warning less Assigned; negative where more are in use than there are.</summary>
    public long Free { get; set; }

    /// <summary>Seats that can still be given: Free, but never negative.</summary>
    public long Available { get; set; }

    /// <summary>Seats in use beyond what there is.</summary>
    public long Over { get; set; }

    /// <summary>Users for whom there was no seat; null where it could not be read.</summary>
    public long? Waiting { get; set; }

    /// <summary>Whether the number of seats looks like "as many as you like": a guess by the number.</summary>
    public bool LooksUnlimited { get; set; }

    /// <summary>When the next subscription behind it ends or renews; null where that is not known.</summary>
    public DateTime? EndsAt { get; set; }

    /// <summary>What state that subscription is in.</summary>
    public string? Subscription { get; set; }
}
