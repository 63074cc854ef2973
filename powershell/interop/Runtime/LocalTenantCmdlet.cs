using System;
using System.Management.Automation;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell;

/// <summary>The base of the commands on tenants in files. They need no connection.</summary>
public abstract class LocalTenantCmdlet : NativeCmdlet
{
    /// <summary>Runs a job without a session. False if it failed.</summary>
    private protected unsafe bool RunLocal(
        delegate*<ulong, MglBytes, ulong*, MglBuf*, NativeStatus> function,
        ReadOnlySpan<byte> payload)
    {
        try
        {
            return Run(function, 0, payload);
        }
        catch (NativeLibraryException e)
        {
            ThrowTerminatingError(ErrorRecords.Make(e, null));
            throw;
        }
    }

    /// <summary>The file named, else the connected tenant's, else the one that stands in for the cloud; null if there is none.</summary>
    private protected string? FileInForce(string? path) =>
        (path is { Length: > 0 } ? path : Connection.Current?.Context.LocalTenant ?? LocalTenantSession.Redirection) is { } file
            ? TenantPath.Resolve(this, file)
            : null;

    /// <summary>As <see cref="FileInForce"/>, or a terminating error that says how to name one.</summary>
    private protected string RequiredFile(string? path)
    {
        if (FileInForce(path) is { } file)
        {
            return file;
        }

        ThrowTerminatingError(new ErrorRecord(
            new InvalidOperationException("No local tenant is named and none is in use: give -Path, or connect to one with Connect-MgGraph -LocalTenant."),
            "NoLocalTenant",
            ErrorCategory.InvalidArgument,
            null));
        throw new PipelineStoppedException();
    }
}
