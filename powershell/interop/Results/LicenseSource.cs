namespace MgLicense;

/// <summary>One source of a product that a user has.</summary>
public sealed class LicenseSource : LicenseStanding
{
    /// <summary>The group's id; null for a direct assignment.</summary>
    public string? GroupId { get; set; }

    /// <summary>The group's name; its id where the name could not be read.</summary>
    public string? GroupName { get; set; }

    /// <summary>Direct, or the group.</summary>
    public override string ToString() => GroupId is null ? "Direct" : $"Group: {GroupName ?? GroupId}";
}
