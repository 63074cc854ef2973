using System;

namespace MgLicense;

/// <summary>One run over many rows, as its journal tells it.</summary>
public sealed class LicenseRun
{
    /// <summary>What the run is called.</summary>
    public string? Id { get; set; }

    /// <summary>The command that ran.</summary>
    public string? Command { get; set; }

    /// <summary>Running, Completed, Interrupted or Cancelled.</summary>
    public string? State { get; set; }

    /// <summary>When it began.</summary>
    public DateTimeOffset? Started { get; set; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended { get; set; }

    /// <summary>Rows.</summary>
    public long Rows { get; set; }

    /// <summary>Rows whose users were changed.</summary>
    public long Changed { get; set; }

    /// <summary>Rows whose users had everything as wished.</summary>
    public long Unchanged { get; set; }

    /// <summary>Rows that failed.</summary>
    public long Failed { get; set; }

    /// <summary>Rows that the run did not come to.</summary>
    public long NotStarted { get; set; }

    /// <summary>Rows of which it is not known whether they were done.</summary>
    public long OutcomeUnknown { get; set; }

    /// <summary>How often the journal was committed to the disk; null while nobody has ended the run.</summary>
    public long? Commits { get; set; }

    /// <summary>The tenant.</summary>
    public string? TenantId { get; set; }

    /// <summary>Whoever signed in.</summary>
    public string? Account { get; set; }

    /// <summary>The run that this one undid.</summary>
    public string? Undoes { get; set; }

    /// <summary>The run that undid this one.</summary>
    public string? UndoneBy { get; set; }

    /// <summary>The journal's file.</summary>
    public string? Path { get; set; }

    /// <summary>How it ended, as a sentence.</summary>
    public string? Text { get; set; }

    /// <summary>How it ended, else what it is called.</summary>
    public override string ToString() => Text ?? Id ?? "";
}
