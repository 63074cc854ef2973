namespace MgLicense;

/// <summary>A service plan by its names.</summary>
public sealed class LicensePlan
{
    /// <summary>The plan's id.</summary>
    public string? Id { get; set; }

    /// <summary>The plan's name, such as EXCHANGE_S_ENTERPRISE.</summary>
    public string? Name { get; set; }

    /// <summary>The name people know.</summary>
    public string? FriendlyName { get; set; }

    /// <summary>The plan's name.</summary>
    public override string ToString() => Name ?? Id ?? "";
}
