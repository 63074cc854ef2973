using System;
using System.Collections;
using System.Management.Automation;
using Microsoft.Graph.PowerShell.Runtime;

namespace MgLicense.PowerShell;

/// <summary>
/// The base of every compatible command: builds the payload from the bound parameters as the variant's
/// <see cref="CommandSpec"/> says, runs the job, and writes objects, messages and errors.
/// </summary>
public abstract class GraphCmdlet : NativeCmdlet
{
    /// <summary>What this variant does.</summary>
    protected abstract CommandSpec Spec { get; }

    /// <summary>Headers added to the request.</summary>
    [Parameter(ValueFromPipeline = true)]
    public IDictionary? Headers { get; set; }

    /// <summary>Name of the global variable that takes the headers of the answer.</summary>
    [Parameter]
    [Alias("RHV")]
    public string? ResponseHeadersVariable { get; set; }

    /// <summary>Waits for a debugger before the call.</summary>
    [Parameter(DontShow = true)]
    public SwitchParameter Break { get; set; }

    /// <summary>Accepted for compatibility; the native library has no .NET pipeline to add a step to.</summary>
    [Parameter(DontShow = true)]
    [ValidateNotNull]
    public SendAsyncStep[]? HttpPipelineAppend { get; set; }

    /// <summary>Accepted for compatibility; the native library has no .NET pipeline to add a step to.</summary>
    [Parameter(DontShow = true)]
    [ValidateNotNull]
    public SendAsyncStep[]? HttpPipelinePrepend { get; set; }

    /// <summary>Accepted for compatibility; a session's proxy is chosen when it is opened.</summary>
    [Parameter(DontShow = true)]
    public Uri? Proxy { get; set; }

    /// <summary>Accepted for compatibility; a session's proxy is chosen when it is opened.</summary>
    [Parameter(DontShow = true)]
    [ValidateNotNull]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>Accepted for compatibility; a session's proxy is chosen when it is opened.</summary>
    [Parameter(DontShow = true)]
    public SwitchParameter ProxyUseDefaultCredentials { get; set; }
}
