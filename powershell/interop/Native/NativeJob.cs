using System;

namespace MgLicense.PowerShell.Native;

/// <summary>A started job: pulled with short waits, cancelled from any thread, freed once.</summary>
internal sealed unsafe class NativeJob : IDisposable
{
    private readonly object gate = new();
    private ulong handle;

    private NativeJob(ulong handle) => this.handle = handle;

    /// <summary>Starts <paramref name="function"/> on a session (0 for the functions that need none).</summary>
    /// <exception cref="NativeCallException">The library refused the call; the exception carries its error as JSON.</exception>
    internal static NativeJob Start(
        delegate*<ulong, MglBytes, ulong*, MglBuf*, NativeStatus> function,
        ulong session,
        ReadOnlySpan<byte> payload)
    {
        NativeLibraryLoader.EnsureLoaded();
        ulong job = 0;
        MglBuf error = default;
        NativeStatus status;
        fixed (byte* pointer = payload)
        {
            status = function(session, new MglBytes(pointer, (nuint)payload.Length), &job, &error);
        }

        if (status != NativeStatus.Ok)
        {
            throw NativeCallException.Take(status, ref error);
        }

        return new NativeJob(job);
    }

    /// <summary>Waits for the next event, which the caller must free.</summary>
    internal NativeStatus Next(uint timeoutMilliseconds, out MglEvent next)
    {
        fixed (MglEvent* pointer = &next)
        {
            *pointer = default;
            return NativeMethods.JobNext(handle, timeoutMilliseconds, pointer);
        }
    }

    /// <summary>Answers a question; a question that no longer waits is no error.</summary>
    internal void Reply(ulong id, ReadOnlySpan<byte> answer)
    {
        fixed (byte* pointer = answer)
        {
            NativeMethods.JobReply(handle, id, new MglBytes(pointer, (nuint)answer.Length));
        }
    }

    /// <summary>
    /// Hands rows over, a JSON list. <see cref="NativeStatus.Full"/>: nothing was taken; pull events and hand the same over
    /// again. <see cref="NativeStatus.WrongState"/>: the job has ended.
    /// </summary>
    internal NativeStatus Push(ReadOnlySpan<byte> rows, bool last)
    {
        fixed (byte* pointer = rows)
        {
            return NativeMethods.RunRows(handle, new MglBytes(pointer, (nuint)rows.Length), last ? 1 : 0);
        }
    }

    /// <summary>Asks the job to stop. Safe from any thread, also after the job was freed.</summary>
    internal void Cancel()
    {
        lock (gate)
        {
            if (handle != 0)
            {
                NativeMethods.JobCancel(handle);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            if (handle != 0)
            {
                NativeMethods.JobFree(handle);
                handle = 0;
            }
        }
    }
}
