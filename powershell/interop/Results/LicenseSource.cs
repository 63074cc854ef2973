using System;

namespace MgLicense;

/// <summary>One source of a product that a user has.</summary>
public sealed class LicenseSource
{
    /// <summary>The group's id; null for a direct assignment.</summary>
    public string? GroupId { get; set; }

    /// <summary>The group's name; its id where the name could not be read.</summary>
    public string? GroupName { get; set; }

    /// <summary>Active, ActiveWithError, Disabled or Error.</summary>
    public string? State { get; set; }

    /// <summary>Graph's word for what went wrong; None where nothing did.</summary>
    public string? Error { get; set; }

    /// <summary>What went wrong, in a sentence.</summary>
    public string? ErrorText { get; set; }

    /// <summary>Plans that this source turns on.</summary>
    public LicensePlan[] PlansOn { get; set; } = [];

    /// <summary>Plans that this source turns off.</summary>
    public LicensePlan[] PlansOff { get; set; } = [];

    /// <summary>When it last changed.</summary>
    public DateTime? LastUpdated { get; set; }

    /// <summary>Direct, or the group.</summary>
    public override string ToString() => GroupId is null ? "Direct" : $"Group: {GroupName ?? GroupId}";
}
