using System.Management.Automation;
using MgLicense.PowerShell.Completion;

namespace MgLicense.PowerShell;

/// <summary>The base of the commands that look for what deserves attention: what to look for, and whom to leave out.</summary>
public abstract class LicenseFindingCmdlet : ConnectedCmdlet
{
    /// <summary>Days without a sign-in that count as long.</summary>
    [Parameter]
    [ValidateRange(1, 3650)]
    public int InactiveDays { get; set; } = 90;

    /// <summary>Days ahead in which a subscription that ends is told.</summary>
    [Parameter]
    [ValidateRange(0, 3650)]
    public int ExpiryDays { get; set; } = 30;

    /// <summary>The share of seats, in percent, below which free ones count as short.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int ShortPercent { get; set; } = 5;

    /// <summary>The share of seats, in percent, above which free ones count as unused.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int UnusedPercent { get; set; } = 20;

    /// <summary>Groups whose members no finding is about, by id or name.</summary>
    [Parameter]
    public string[]? ExcludeGroup { get; set; }

    /// <summary>Graph's filter on users whom no finding is about.</summary>
    [Parameter]
    public string? ExcludeFilter { get; set; }

    /// <summary>Products that no finding about seats is about.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SkuCompleter))]
    public string[]? ExcludeSkuId { get; set; }

    /// <summary>Adds what was asked for to a payload.</summary>
    private protected void AddAttention(Payload payload, string[]? kinds)
    {
        payload.Writer.WriteStartObject("attention");
        payload.AddTexts("kinds", kinds)
            .Add("inactiveDays", InactiveDays).Add("expiryDays", ExpiryDays)
            .Add("shortPercent", ShortPercent).Add("unusedPercent", UnusedPercent)
            .AddTexts("excludeGroups", ExcludeGroup ?? []).Add("excludeFilter", ExcludeFilter).AddTexts("excludeSkus", ExcludeSkuId ?? []);
        payload.Writer.WriteEndObject();
    }
}
