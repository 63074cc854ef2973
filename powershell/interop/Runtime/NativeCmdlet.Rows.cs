using System;
using System.Management.Automation;
using MgLicense.PowerShell.Licensing;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell;

/// <content>
/// Jobs that read rows of a pipeline as they come. What the job says in the meantime is written between two rows, so that
/// neither side fills memory: while the job's inbox is full, the pipeline waits.
/// </content>
public abstract partial class NativeCmdlet
{
    /// <summary>How many rows go over at once, and how many when results are wanted while rows still come.</summary>
    private const int Chunk = 256;
    private const int SmallChunk = 20;

    private NativeJob? reader;
    private Payload? pending;
    private int pendingRows;
    private bool streams;

    /// <summary>Whether a job reads the rows of this pipeline.</summary>
    private protected bool ReadsRows => reader is not null;

    /// <summary>Starts a job that reads rows. False, with an error, where it can't be started.</summary>
    /// <param name="function">The native function.</param>
    /// <param name="payload">What it needs to know beside the rows.</param>
    /// <param name="streaming">Whether results come while rows still do.</param>
    private protected unsafe bool BeginRows(
        delegate*<ulong, MglBytes, ulong*, MglBuf*, NativeStatus> function, ReadOnlySpan<byte> payload, bool streaming)
    {
        try
        {
            reader = NativeJob.Start(function, Session, payload);
        }
        catch (NativeCallException e)
        {
            OnError(GraphFailure.From(e));
            return false;
        }

        failed = false;
        running = reader;
        streams = streaming;
        pending = Payload.Scratch();
        pending.Writer.WriteStartArray();
        return true;
    }

    /// <summary>Hands one row over. False where the row can't be written; the error says why.</summary>
    private protected bool AddRow(LicenseRow row)
    {
        if (row.IsPlain)
        {
            pending!.Writer.WriteStartObject();
            row.Fill(pending);
            pending.Writer.WriteEndObject();
        }
        else if (!AddApart(row))
        {
            return false;
        }

        if (++pendingRows >= (streams ? SmallChunk : Chunk))
        {
            WithReader(job =>
            {
                Send(job, last: false);
                if (streams)
                {
                    Look(job);
                }
            });
        }

        return true;
    }

    /// <summary>Writes a row to a place of its own first, since half a row must not go over.</summary>
    private bool AddApart(LicenseRow row)
    {
        using var scratch = Payload.Scratch();
        try
        {
            scratch.Writer.WriteStartObject();
            row.Fill(scratch);
            scratch.Writer.WriteEndObject();
        }
        catch (MalformedTextException e)
        {
            OnUnreadableRow(row, GraphFailure.From(e));
            return false;
        }

        pending!.Writer.WriteRawValue(scratch.Written(), skipInputValidation: true);
        return true;
    }

    /// <summary>Says that no more rows come, and writes what the job has to say, to its end. False if it failed.</summary>
    private protected bool EndRows()
    {
        if (reader is null)
        {
            return !failed;
        }

        WithReader(job =>
        {
            Send(job, last: true);
            Pull(job);
        });
        reader.Dispose();
        reader = null;
        running = null;
        pending!.Dispose();
        pending = null;
        return !failed;
    }

    /// <summary>A row with a text that is none.</summary>
    private protected virtual void OnUnreadableRow(LicenseRow row, GraphFailure failure) => OnError(failure);

    /// <summary>How a run ended, or what a test comes to as a whole.</summary>
    private protected virtual void OnSummary(ReadOnlySpan<byte> json)
    {
    }

    /// <summary>What to say at the host of a run that was stopped, when the pipeline takes nothing more.</summary>
    private protected virtual string? StoppedText(ReadOnlySpan<byte> summary) => null;

    private void WithReader(Action<NativeJob> work)
    {
        try
        {
            work(reader!);
        }
        catch
        {
            // As for any job: let writes in flight finish, and write nothing more.
            reader!.Cancel();
            Drain(reader);
            reader.Dispose();
            reader = null;
            running = null;
            throw;
        }
    }

    private void Send(NativeJob job, bool last)
    {
        pending!.Writer.WriteEndArray();
        while (job.Push(pending.Written(), last) == NativeStatus.Full)
        {
            if (!PullOne(job, PollMilliseconds))
            {
                break;
            }
        }

        pending.Dispose();
        pending = Payload.Scratch();
        pending.Writer.WriteStartArray();
        pendingRows = 0;
    }

    /// <summary>Writes what the job has to say already.</summary>
    private void Look(NativeJob job)
    {
        while (PullOne(job, 0))
        {
        }
    }

    /// <summary>Handles one event of a job. False where there was none in the time given and waiting makes no sense.</summary>
    private bool PullOne(NativeJob job, uint milliseconds)
    {
        switch (job.Next(milliseconds, out var next))
        {
            case NativeStatus.Ok:
                Handle(job, next, null);
                return Continues(job);
            case NativeStatus.NothingYet:
                return milliseconds > 0 && Continues(job);
            case NativeStatus.Panic:
                Handle(job, next, null);
                return false;
            default:
                return false;
        }
    }

    private bool Continues(NativeJob job)
    {
        if (!Stopped)
        {
            return true;
        }

        job.Cancel();
        throw new PipelineStoppedException();
    }
}
