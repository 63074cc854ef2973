using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;
using System.Threading;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell;

/// <summary>Makes the objects of a page.</summary>
internal delegate IReadOnlyList<object> PageMaker(ReadOnlySpan<byte> json);

/// <summary>
/// Pulls a job on a thread of its own and makes the objects of each page there, while the pipeline's thread is busy with
/// those of the page before. One page waits at most, so that a slow pipeline holds the job up rather than filling memory.
/// </summary>
internal sealed class EventsAhead : IDisposable
{
    private readonly NativeJob job;
    private readonly PageMaker make;
    private readonly uint pollMilliseconds;
    private readonly BlockingCollection<Pulled> waiting = new(boundedCapacity: 1);
    private readonly CancellationTokenSource closing = new();
    private readonly Thread thread;
    private ExceptionDispatchInfo? failure;

    internal EventsAhead(NativeJob job, PageMaker make, uint pollMilliseconds)
    {
        this.job = job;
        this.make = make;
        this.pollMilliseconds = pollMilliseconds;
        thread = new Thread(Pull) { IsBackground = true, Name = "MgLicense pages" };
        thread.Start();
    }

    /// <summary>What one pull brought; the taker frees the event's data. Page is set for pages only.</summary>
    internal readonly record struct Pulled(NativeStatus Status, MglEvent Event, IReadOnlyList<object>? Page);

    /// <summary>Waits for the next event. False when there was none in that time.</summary>
    /// <exception cref="Exception">What the making of a page threw.</exception>
    internal bool TryTake(out Pulled pulled)
    {
        if (waiting.TryTake(out pulled, (int)pollMilliseconds))
        {
            return true;
        }

        if (waiting.IsCompleted)
        {
            failure?.Throw();
            pulled = new Pulled(NativeStatus.Finished, default, null);
            return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        closing.Cancel();
        thread.Join();
        foreach (var left in waiting)
        {
            NativeMethods.BufferFree(left.Event.Data);
        }

        waiting.Dispose();
        closing.Dispose();
    }

    private void Pull()
    {
        try
        {
            while (!closing.IsCancellationRequested)
            {
                var status = job.Next(pollMilliseconds, out var next);
                if (status == NativeStatus.NothingYet)
                {
                    continue;
                }

                Hand(status, next);
                if (status != NativeStatus.Ok)
                {
                    return;
                }
            }
        }
        catch (Exception e)
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }
        finally
        {
            waiting.CompleteAdding();
        }
    }

    private void Hand(NativeStatus status, in MglEvent next)
    {
        var handed = false;
        try
        {
            var page = status == NativeStatus.Ok && next.Kind == EventKind.Page ? make(next.Data.Span) : null;
            waiting.Add(new Pulled(status, next, page), closing.Token);
            handed = true;
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // Nobody takes any more.
        }
        finally
        {
            if (!handed)
            {
                NativeMethods.BufferFree(next.Data);
            }
        }
    }
}
