using System;
using System.Management.Automation;

namespace MgLicense.PowerShell;

/// <summary>
/// A call that is made inside the public function, because a private command for each call costs as much as the call
/// itself. What fails is reported by a private command after all: only there does an error record get its names.
/// </summary>
internal sealed class DirectCall
{
    /// <summary>Parameters whose effect on messages, or on the way to the service, belongs to the command itself.</summary>
    private static readonly string[] Commanding = ["Break", "Debug", "WarningAction", "InformationAction", "ProgressAction", "Proxy"];

    /// <summary>The failure that the next private command of this thread has to report.</summary>
    [ThreadStatic]
    private static DirectCall? pending;

    private Exception? exception;

    /// <summary>What the call writes.</summary>
    internal object? Output { get; set; }

    /// <summary>Why the service or the library refused.</summary>
    internal GraphFailure? Failure { get; set; }

    /// <summary>Whether the call came to nothing.</summary>
    internal bool Failed => Failure is not null || exception is not null;

    /// <summary>Whether a call has to be made by a private command.</summary>
    internal static bool NeedsCommand(CallArguments arguments)
    {
        foreach (var parameter in Commanding)
        {
            if (arguments.Contains(parameter))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes the failure that this thread's private command has to report, once.</summary>
    internal static DirectCall? TakeFailure()
    {
        var taken = pending;
        pending = null;
        return taken;
    }

    /// <summary>Makes the call; an exception is kept for the private command to throw.</summary>
    internal void Run(Action call)
    {
        try
        {
            call();
        }
        catch (Exception e) when (e is not (PipelineStoppedException or FlowControlException))
        {
            exception = e;
        }
    }

    /// <summary>Hands the failure to the private command that <paramref name="run"/> runs.</summary>
    internal void ReportBy(Action run)
    {
        pending = this;
        try
        {
            run();
        }
        finally
        {
            pending = null;
        }
    }

    /// <summary>Reports the failure in the name of a private command.</summary>
    internal void Report(GraphCmdlet command)
    {
        if (exception is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception);
        }

        command.Report(Failure!);
    }
}
