namespace MgLicense;

/// <summary>How a run ended: for people, and as an object.</summary>
internal sealed class RunSummary
{
    /// <summary>How it ended, as a sentence.</summary>
    public string? Text { get; set; }

    /// <summary>The command that goes on with it; null where nothing is left.</summary>
    public string? Resume { get; set; }

    /// <summary>The run.</summary>
    public LicenseRun? Run { get; set; }
}
