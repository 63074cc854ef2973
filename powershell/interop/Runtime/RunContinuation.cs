using System;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell;

/// <summary>The base of commands that take up a run again by its id: to go on with it, or to take it back.</summary>
public abstract class RunContinuation : ConnectedCmdlet
{
    /// <summary>Which run.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RunCompleter))]
    public string Id { get; set; } = "";

    /// <summary>Runs the native function on the run. The question whether to is the library's, which knows how much it is.</summary>
    private protected unsafe void Continue(delegate*<ulong, MglBytes, ulong*, MglBuf*, NativeStatus> function, string? partial = null)
    {
        if (HeldConnection is null)
        {
            OnError(GraphFailure.NotConnected);
            return;
        }

        using var payload = Payload.Begin();
        payload.Add("folder", RunFolder).Add("id", Id).Add("partial", partial?.ToLowerInvariant());
        payload.Add("ask", true).Add("debug", WantsDebug);
        Run(function, Session, payload.End());
    }

    private protected override void OnPage(ReadOnlySpan<byte> json) => WriteResults(json);

    private protected override void OnSummary(ReadOnlySpan<byte> json) => WriteSummary(json);

    private protected override string? StoppedText(ReadOnlySpan<byte> summary) => ResultReaders.RunSummary.Read(summary).ToString();

    private protected override void OnError(GraphFailure failure)
    {
        if (failure.Row is null)
        {
            base.OnError(failure);
            return;
        }

        WriteRowError(failure);
    }

    private protected override object? ErrorTarget() => Id;
}
