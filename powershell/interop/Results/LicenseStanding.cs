using System;

namespace MgLicense;

/// <summary>How a product of a user stands: by one source, or by all of them together.</summary>
public abstract class LicenseStanding
{
    /// <summary>Active, ActiveWithError, Disabled, Error; Unknown where the service did not say; None where nothing is held.</summary>
    public string? State { get; set; }

    /// <summary>Graph's word for what went wrong.</summary>
    public string? Error { get; set; }

    /// <summary>What went wrong, in a sentence.</summary>
    public string? ErrorText { get; set; }

    /// <summary>Plans that are on.</summary>
    public LicensePlan[] PlansOn { get; set; } = [];

    /// <summary>Plans that are off.</summary>
    public LicensePlan[] PlansOff { get; set; } = [];

    /// <summary>When it last changed.</summary>
    public DateTime? LastUpdated { get; set; }
}
