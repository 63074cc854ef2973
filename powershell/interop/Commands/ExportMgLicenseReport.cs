using System;
using System.Management.Automation;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell.Commands;

/// <summary>Writes the tenant's state as one page that needs no network: products, findings, groups and, if asked for, people.</summary>
[Cmdlet(VerbsData.Export, "MgLicenseReport", SupportsShouldProcess = true)]
[OutputType(typeof(LicenseReport))]
public sealed class ExportMgLicenseReport : LicenseFindingCmdlet
{
    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The heading of the page; the organisation's name if left out.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Title { get; set; }

    /// <summary>Names people: the list of who has what, and the accounts of each finding.</summary>
    [Parameter]
    public SwitchParameter IncludePersonalData { get; set; }

    /// <summary>Tells when people last signed in, and finds those who don't. It takes more requests and more rights.</summary>
    [Parameter]
    public SwitchParameter IncludeSignIn { get; set; }

    /// <summary>Replaces a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        if (HeldConnection is null)
        {
            OnError(GraphFailure.NotConnected);
            return;
        }

        var path = FilePath.Resolve(this, Path);
        if (!ShouldProcess(path, "Write the licence report"))
        {
            return;
        }

        using var payload = Payload.Begin();
        payload.Add("path", path).Add("title", Title).Add("force", Force)
            .Add("personal", IncludePersonalData).Add("signIn", IncludeSignIn).Add("debug", WantsDebug);
        AddAttention(payload, null);
        Run(&NativeMethods.LicenseReportWrite, Session, payload.End());
    }

    private protected override void OnItem(ReadOnlySpan<byte> json) => WriteObject(ResultReaders.Report.Read(json));

    private protected override object? ErrorTarget() => Path;
}
