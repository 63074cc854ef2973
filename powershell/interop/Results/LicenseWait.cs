namespace MgLicense;

/// <summary>How a wait for the services of a user's licences ended.</summary>
public sealed class LicenseWait
{
    /// <summary>The user, as the call named them.</summary>
    public string? UserId { get; set; }

    /// <summary>Ready, NeedsAdmin, TimedOut or NotAssigned.</summary>
    public string? Status { get; set; }

    /// <summary>Whether every service is ready.</summary>
    public bool IsReady { get; set; }

    /// <summary>Plans whose services are at it.</summary>
    public LicenseWaitPlan[] Pending { get; set; } = [];

    /// <summary>Plans that wait for an administrator.</summary>
    public LicenseWaitPlan[] NeedsAdmin { get; set; } = [];

    /// <summary>Products that were waited for and that the user does not hold.</summary>
    public LicenseChange[] Missing { get; set; } = [];

    /// <summary>How long the wait was.</summary>
    public int WaitedSeconds { get; set; }
}
