using System;
using System.Management.Automation;

namespace Microsoft.Graph.PowerShell.Authentication.Cmdlets;

/// <summary>Sets how requests of this process are timed and repeated; what isn't named stays.</summary>
[Cmdlet(VerbsCommon.Set, "MgRequestContext", SupportsShouldProcess = true)]
[OutputType(typeof(RequestContext))]
public sealed class SetMgRequestContext : PSCmdlet
{
    /// <summary>Seconds before a repeat that the service names no time for.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, 180)]
    public int RetryDelay { get; set; }

    /// <summary>How often a request is repeated at most.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, 10)]
    public int MaxRetry { get; set; }

    /// <summary>Seconds that a request is repeated at most; 0 is no limit.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, int.MaxValue)]
    public int RetriesTimeLimit { get; set; }

    /// <summary>Seconds that one request may take.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, int.MaxValue)]
    public int ClientTimeout { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!ShouldProcess("request context of this process", "Set"))
        {
            return;
        }

        var next = RequestContext.Current;
        if (IsBound(nameof(RetryDelay)))
        {
            next = next with { RetryDelay = RetryDelay };
        }

        if (IsBound(nameof(MaxRetry)))
        {
            next = next with { MaxRetry = MaxRetry };
        }

        if (IsBound(nameof(RetriesTimeLimit)))
        {
            next = next with { RetriesTimeLimit = TimeSpan.FromSeconds(RetriesTimeLimit) };
        }

        if (IsBound(nameof(ClientTimeout)))
        {
            next = next with { ClientTimeout = TimeSpan.FromSeconds(ClientTimeout) };
        }

        RequestContext.Current = next;
        WriteObject(next);
    }

    private bool IsBound(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);
}
