namespace MgLicense;

/// <summary>What a change to a group's licences would come to for its members, before it is made.</summary>
public class GroupLicenseTest
{
    /// <summary>The group's object id.</summary>
    public string? GroupId { get; set; }

    /// <summary>The group's name.</summary>
    public string? GroupName { get; set; }

    /// <summary>Whether the service would take the change and every member get what it gives.</summary>
    public bool WillSucceed { get; set; }

    /// <summary>Members that are users. Those of nested groups are not: they get nothing.</summary>
    public int Members { get; set; }

    /// <summary>Members who would get what they have not now.</summary>
    public int WouldGet { get; set; }

    /// <summary>Members who have it all from this group already.</summary>
    public int AlreadyHave { get; set; }

    /// <summary>Members who would wait for a seat.</summary>
    public int Waiting { get; set; }

    /// <summary>Members kept from it by another product, a missing plan, their country or their address.</summary>
    public int Conflicting { get; set; }

    /// <summary>Members without a usage location of their own.</summary>
    public int WithoutLocation { get; set; }

    /// <summary>The tenant's country, which counts for those.</summary>
    public string? TenantLocation { get; set; }

    /// <summary>Members from other organisations.</summary>
    public int Guests { get; set; }

    /// <summary>Groups among the members.</summary>
    public int NestedGroups { get; set; }

    /// <summary>Why the service would refuse the change as a whole.</summary>
    public LicenseTestReason[] Reasons { get; set; } = [];

    /// <summary>Who would not get it, and why.</summary>
    public GroupLicenseProblem[] Problems { get; set; } = [];

    /// <summary>Seats of the products that the change names, before and after.</summary>
    public SeatLine[] Seats { get; set; } = [];
}

/// <summary>What came of putting one product of a group in the place of another, with what was foreseen.</summary>
public sealed class GroupLicenseSwitch : GroupLicenseTest
{
    /// <summary>Changed.</summary>
    public string? Status { get; set; }

    /// <summary>The products that went.</summary>
    public LicenseChange[] Removed { get; set; } = [];

    /// <summary>The products that came.</summary>
    public LicenseChange[] Added { get; set; } = [];

    /// <summary>The plans of the new product that are off.</summary>
    public string[] DisabledPlans { get; set; } = [];

    /// <summary>Plans that were off and that the new product has in no form.</summary>
    public string[] LostPlans { get; set; } = [];

    /// <summary>The service's id of the exchange.</summary>
    public string? RequestId { get; set; }
}

/// <summary>A member who would not get a group's licence.</summary>
public sealed class GroupLicenseProblem
{
    /// <summary>The user's object id.</summary>
    public string? UserId { get; set; }

    /// <summary>The user's principal name.</summary>
    public string? UserPrincipalName { get; set; }

    /// <summary>The product that fails.</summary>
    public string? SkuId { get; set; }

    /// <summary>Its part number.</summary>
    public string? SkuPartNumber { get; set; }

    /// <summary>The name people know the product by.</summary>
    public string? ProductName { get; set; }

    /// <summary>Graph's word for the reason.</summary>
    public string? Error { get; set; }

    /// <summary>What would be wrong.</summary>
    public string? Message { get; set; }

    /// <summary>What to do about it.</summary>
    public string? Action { get; set; }

    /// <summary>The problem as one line.</summary>
    public override string ToString() => $"{UserPrincipalName ?? UserId}: {Error}";
}
