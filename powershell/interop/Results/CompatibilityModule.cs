namespace MgLicense;

/// <summary>A module name of the SDK, and who answers to it.</summary>
public sealed class CompatibilityModule
{
    /// <summary>The name, for instance Microsoft.Graph.Users.</summary>
    public string Name { get; set; } = "";

    /// <summary>MgLicense where a forwarder answers, Microsoft where the SDK's own module does, None where nobody does.</summary>
    public string AnsweredBy { get; set; } = "";

    /// <summary>Version of the SDK's own module, the newest found; null where it is not installed.</summary>
    public string? InstalledVersion { get; set; }

    /// <summary>Folder of the SDK's own module; null where it is not installed.</summary>
    public string? InstalledAt { get; set; }
}
