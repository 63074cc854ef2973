using System.Management.Automation;

namespace Microsoft.Graph.PowerShell.Authentication.Cmdlets;

/// <summary>Tells how requests of this process are timed and repeated.</summary>
[Cmdlet(VerbsCommon.Get, "MgRequestContext", SupportsShouldProcess = true)]
[OutputType(typeof(RequestContext))]
public sealed class GetMgRequestContext : PSCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord() => WriteObject(RequestContext.Current);
}
