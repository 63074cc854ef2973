using System;
using System.Management.Automation;
using MgLicense.PowerShell.Licensing;
using Microsoft.Graph.PowerShell.Models;

namespace MgLicense.PowerShell;

/// <summary>The base of our own commands that change many users in one run: results, errors and the summary.</summary>
public abstract class LicenseRunCmdlet : ConnectedCmdlet
{
    private bool refused;
    private int rows;

    /// <summary>What is wished for every user.</summary>
    private protected abstract void WriteWish(Payload payload);

    /// <summary>How the run goes about it.</summary>
    private protected abstract RunOptions Options { get; }

    /// <summary>Takes one user into the run, which begins with the first.</summary>
    private protected void Take(IUsersActionsIdentity identity)
    {
        rows++;
        if (!ReadsRows && !refused)
        {
            refused = !BeginRun(MyInvocation.MyCommand.Name, WriteWish, Options);
        }

        if (!refused)
        {
            AddRow(LicenseRow.Read(identity, rows, withWishes: false));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => EndRows();

    private protected override void OnPage(ReadOnlySpan<byte> json) => WriteResults(json);

    private protected override void OnSummary(ReadOnlySpan<byte> json) => WriteSummary(json);

    private protected override string? StoppedText(ReadOnlySpan<byte> summary) => ResultReaders.RunSummary.Read(summary).Text;

    private protected override void OnError(GraphFailure failure)
    {
        if (failure.Row is null)
        {
            base.OnError(failure);
            return;
        }

        WriteRowError(failure);
    }

    private protected override void OnUnreadableRow(LicenseRow row, GraphFailure failure)
    {
        WriteRowError(failure);
        WriteObject(row.Failure(failure));
    }
}
