namespace MgLicense;

/// <summary>What the changes of a whole pipeline would come to together.</summary>
public sealed class LicenseTestSummary
{
    /// <summary>The totals as a sentence.</summary>
    public string? Text { get; set; }

    /// <summary>Rows.</summary>
    public int Rows { get; set; }

    /// <summary>Distinct users that were found.</summary>
    public int Users { get; set; }

    /// <summary>Rows about a user of an earlier row.</summary>
    public int Merged { get; set; }

    /// <summary>Users to change.</summary>
    public int ToChange { get; set; }

    /// <summary>Users who have everything as wished.</summary>
    public int Unchanged { get; set; }

    /// <summary>Rows that certainly fail, seats apart.</summary>
    public int Blocked { get; set; }

    /// <summary>Users who would go without a seat.</summary>
    public int Short { get; set; }

    /// <summary>Users to change about whom tables that may be out of date speak against it.</summary>
    public int Likely { get; set; }

    /// <summary>Users to change who would lose their last mailbox, phone or drive plan.</summary>
    public int AtRisk { get; set; }

    /// <summary>Usage locations to set, a request each.</summary>
    public int LocationWrites { get; set; }

    /// <summary>Users whose licences are to change, a request each.</summary>
    public int LicenseWrites { get; set; }

    /// <summary>Whether nothing would be written, since there are too few seats and nothing says who gets them.</summary>
    public bool HeldBack { get; set; }

    /// <summary>Seats of every product that would gain or lose a user, before and after.</summary>
    public SeatLine[] Seats { get; set; } = [];

    /// <summary>Seconds that reading took.</summary>
    public double ReadSeconds { get; set; }

    /// <summary>Seconds that judging took, after the reading.</summary>
    public double JudgeSeconds { get; set; }

    /// <summary>The totals as a sentence.</summary>
    public override string ToString() => Text ?? "";
}
