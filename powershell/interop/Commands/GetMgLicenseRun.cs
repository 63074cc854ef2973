using System;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell.Commands;

/// <summary>Lists the runs of commands that changed many users, or the rows of one of them.</summary>
[Cmdlet(VerbsCommon.Get, "MgLicenseRun", DefaultParameterSetName = ListSet)]
[OutputType(typeof(LicenseRun), typeof(AssignmentResult))]
public sealed class GetMgLicenseRun : NativeCmdlet
{
    private const string ListSet = "List";
    private const string GetSet = "Get";
    private const string LastSet = "Last";

    /// <summary>Which run.</summary>
    [Parameter(Mandatory = true, ParameterSetName = GetSet, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RunCompleter))]
    public string? Id { get; set; }

    /// <summary>The last run alone.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LastSet)]
    public SwitchParameter Last { get; set; }

    /// <summary>The results of the run's rows, rather than the run.</summary>
    [Parameter(ParameterSetName = GetSet)]
    [Parameter(ParameterSetName = LastSet)]
    public SwitchParameter Row { get; set; }

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        using var payload = Payload.Begin();
        payload.Add("folder", RunFolder).Add("id", Id).Add("last", Last).Add("rows", Row);
        Run(&NativeMethods.RunList, session: 0, payload.End());
    }

    private protected override void OnItem(ReadOnlySpan<byte> json) => WriteObject(ResultReaders.Run.Read(json));

    private protected override void OnPage(ReadOnlySpan<byte> json) => WriteResults(json);

    private protected override object? ErrorTarget() => Id;
}
