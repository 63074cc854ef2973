using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Management.Automation;
using System.Text;
using System.Text.Json;
using System.Threading;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell;

/// <summary>
/// The base of every command that runs jobs of the native library: holds the connection, pulls the events, writes
/// what they say, and stops within a bound.
/// </summary>
public abstract partial class NativeCmdlet : PSCmdlet, IDisposable
{
    /// <summary>How long one wait may last, so that Ctrl+C is noticed.</summary>
    private const uint PollMilliseconds = 100;

    /// <summary>How long writes in flight may go on after a stop.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2.5);

    private Connection? connection;
    private volatile NativeJob? running;
    private volatile bool stopping;
    private bool failed;

    private protected bool Stopped => stopping || Function is { Stopping: true };

    /// <summary>The function that the command runs inside of, where it isn't run by PowerShell itself.</summary>
    private protected PSCmdlet? Function { get; set; }

    /// <summary>The command that PowerShell runs: writes, questions and variables go through it.</summary>
    private protected PSCmdlet Shell => Function ?? this;

    /// <summary>The default connection at the time of the first use, kept until the command ends; null when signed out.</summary>
    private protected Connection? HeldConnection => connection ??= HoldConnection();

    private protected ulong Session => HeldConnection?.Session ?? 0;

    /// <summary>Takes the connection to run on: the default one, unless the command was told another.</summary>
    private protected virtual Connection? HoldConnection() => Connection.Hold();

    /// <summary>The key that answers questions for a signature.</summary>
    private protected virtual SigningKey? Key => connection?.Key;

    /// <summary>Whether requests and answers are to be shown: -Debug, or the preference.</summary>
    private protected bool WantsDebug =>
        Shell.MyInvocation.BoundParameters.TryGetValue("Debug", out var given)
            ? given is SwitchParameter { IsPresent: true }
            : Shell.GetVariableValue("DebugPreference") is ActionPreference and not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    /// <summary>
    /// Writes a verbose message, unless PowerShell would ask before it: with -Debug and without -Verbose it does, and what
    /// is shown then says more.
    /// </summary>
    private protected void WriteDetail(string text)
    {
        var given = Shell.MyInvocation.BoundParameters;
        if (given.ContainsKey("Verbose") || !(given.TryGetValue("Debug", out var debug) && debug is SwitchParameter { IsPresent: true }))
        {
            Shell.WriteVerbose(text);
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        stopping = true;
        running?.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        reader?.Dispose();
        reader = null;
        pending?.Dispose();
        pending = null;
        connection?.Release();
        connection = null;
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs one job to its end. False if it reported a failure, or could not be started.</summary>
    private protected unsafe bool Run(
        delegate*<ulong, MglBytes, ulong*, MglBuf*, NativeStatus> function,
        ulong session,
        ReadOnlySpan<byte> payload)
    {
        NativeJob job;
        try
        {
            job = NativeJob.Start(function, session, payload);
        }
        catch (NativeCallException e)
        {
            OnError(GraphFailure.From(e));
            return false;
        }

        using (job)
        {
            failed = false;
            running = job;
            try
            {
                Pull(job);
            }
            catch
            {
                // The pipeline ended under us (Ctrl+C, Select-Object -First, an exception downstream): let writes in
                // flight finish, so that nothing is left half known, but write nothing more.
                job.Cancel();
                Drain(job);
                throw;
            }
            finally
            {
                running = null;
            }
        }

        return !failed;
    }

    /// <summary>One result.</summary>
    private protected virtual void OnItem(ReadOnlySpan<byte> json)
    {
    }

    /// <summary>Up to a page of results.</summary>
    private protected virtual void OnPage(ReadOnlySpan<byte> json) => WritePage(MakePage(json));

    /// <summary>
    /// Whether pages after the first are made into objects on another thread, while those of the page before are written.
    /// </summary>
    private protected virtual bool MakesPagesAhead => false;

    /// <summary>Makes the objects of a page. Called on another thread where pages are made ahead.</summary>
    private protected virtual IReadOnlyList<object> MakePage(ReadOnlySpan<byte> json) => [];

    /// <summary>Writes the objects of a page.</summary>
    private protected virtual void WritePage(IReadOnlyList<object> page)
    {
    }

    /// <summary>The total that the service counted.</summary>
    private protected virtual void OnCount(ReadOnlySpan<byte> json)
    {
    }

    /// <summary>The headers of a successful answer.</summary>
    private protected virtual void OnHeaders(ReadOnlySpan<byte> json)
    {
    }

    /// <summary>A whole answer, of a raw request.</summary>
    private protected virtual void OnResponse(ReadOnlySpan<byte> json)
    {
    }

    /// <summary>A failure: non-terminating, unless it says that going on makes no sense.</summary>
    private protected virtual void OnError(GraphFailure failure)
    {
        Failed();
        var record = ErrorRecords.Make(failure, ErrorTarget());
        if (failure.Terminating && failure.Kind == "argument")
        {
            ThrowTerminatingError(record);
        }

        WriteError(record);
    }

    /// <summary>Reports a failure of a call that was made elsewhere as this command's own.</summary>
    internal void Report(GraphFailure failure) => OnError(failure);

    /// <summary>Notes that the job failed.</summary>
    private protected void Failed() => failed = true;

    /// <summary>What an error of this command is about.</summary>
    private protected virtual object? ErrorTarget() => null;

    private void Pull(NativeJob job)
    {
        if (Stopped)
        {
            job.Cancel();
        }

        var afterPage = false;
        while (true)
        {
            // A list of one page has ended now, and costs no thread.
            switch (job.Next(afterPage ? 0 : PollMilliseconds, out var next))
            {
                case NativeStatus.Ok:
                    Handle(job, next, null);
                    afterPage = MakesPagesAhead && next.Kind == EventKind.Page;
                    break;
                case NativeStatus.NothingYet when afterPage:
                    PullAhead(job);
                    return;
                case NativeStatus.NothingYet:
                    break;
                case var status:
                    End(job, status, next);
                    return;
            }

            CheckStopped();
        }
    }

    /// <summary>Goes on with a job whose first page has come.</summary>
    private void PullAhead(NativeJob job)
    {
        using var ahead = new EventsAhead(job, MakePage, PollMilliseconds);
        try
        {
            while (true)
            {
                if (ahead.TryTake(out var pulled))
                {
                    if (pulled.Status != NativeStatus.Ok)
                    {
                        End(job, pulled.Status, pulled.Event);
                        return;
                    }

                    Handle(job, pulled.Event, pulled.Page);
                }

                CheckStopped();
            }
        }
        catch
        {
            // So that the other thread needn't be waited for.
            job.Cancel();
            throw;
        }
    }

    /// <summary>What the last pull of a job says.</summary>
    private void End(NativeJob job, NativeStatus status, in MglEvent last)
    {
        switch (status)
        {
            case NativeStatus.Finished:
                return;
            case NativeStatus.Panic:
                // The library stopped a fault of its own and says so in the event.
                Handle(job, last, null);
                return;
            default:
                throw new InvalidOperationException($"The job ended without a result (status {(int)status}: {status}).");
        }
    }

    private void CheckStopped()
    {
        if (Stopped)
        {
            throw new PipelineStoppedException();
        }
    }

    private void Drain(NativeJob job)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < DrainLimit)
        {
            switch (job.Next(PollMilliseconds, out var next))
            {
                case NativeStatus.Ok:
                    if (next.Kind == EventKind.Summary && StoppedText(next.Data.Span) is { } text)
                    {
                        Host.UI.WriteLine(text);
                    }

                    NativeMethods.BufferFree(next.Data);
                    break;
                case NativeStatus.NothingYet:
                    break;
                default:
                    return;
            }
        }
    }

    private void Handle(NativeJob job, in MglEvent next, IReadOnlyList<object>? page)
    {
        try
        {
            var data = next.Data.Span;
            switch (next.Kind)
            {
                case EventKind.Item:
                    OnItem(data);
                    break;
                case EventKind.Page when page is not null:
                    WritePage(page);
                    break;
                case EventKind.Page:
                    OnPage(data);
                    break;
                case EventKind.Count:
                    OnCount(data);
                    break;
                case EventKind.Headers:
                    OnHeaders(data);
                    break;
                case EventKind.Response:
                    OnResponse(data);
                    break;
                case EventKind.Summary:
                    OnSummary(data);
                    break;
                case EventKind.Verbose:
                    WriteDetail(Encoding.UTF8.GetString(data));
                    break;
                case EventKind.Debug:
                    Shell.WriteDebug(Encoding.UTF8.GetString(data));
                    break;
                case EventKind.Warning:
                    Shell.WriteWarning(Encoding.UTF8.GetString(data));
                    break;
                case EventKind.Information:
                    Shell.WriteInformation(Encoding.UTF8.GetString(data), ["MgLicense"]);
                    break;
                case EventKind.Progress:
                    Shell.WriteProgress(ProgressOf(data));
                    break;
                case EventKind.Error:
                    OnError(GraphFailure.Parse(data));
                    break;
                case EventKind.Question:
                    Answer(job, next.Id, data);
                    break;
            }
        }
        finally
        {
            NativeMethods.BufferFree(next.Data);
        }
    }

    /// <summary>Puts a question of the job to the person at the host, and sends the answer back as JSON.</summary>
    private void Answer(NativeJob job, ulong id, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        var question = document.RootElement;
        string Field(string name) => question.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
        switch (Field("kind"))
        {
            case "shouldProcess":
                job.Reply(id, Shell.ShouldProcess(Field("target"), Field("action")) ? "true"u8 : "false"u8);
                break;
            case "confirm":
                job.Reply(id, Confirms(Field("query"), Field("caption")) ? "true"u8 : "false"u8);
                break;
            case "sign":
                job.Reply(id, SigningKey.Answer(Key, Field("digest")));
                break;
            case "prompt" when Field("method") == "browser":
                var opened = Browser.TryOpen(Field("url"));
                if (opened)
                {
                    Show(Field("message"));
                }

                job.Reply(id, opened ? "true"u8 : "false"u8);
                break;
            case "prompt":
                Show(Field("message"));
                break;
            default:
                // An unknown question of a newer library: refuse rather than leave the job waiting.
                job.Reply(id, "false"u8);
                break;
        }
    }

    /// <summary>Shows something that a person has to act on: on the host, whatever the preferences say.</summary>
    private void Show(string message) =>
        Shell.WriteInformation(new HostInformationMessage { Message = message }, ["PSHOST"]);

    /// <summary>Asks at the host. Where nobody is there to answer, the answer is no.</summary>
    private bool Confirms(string query, string caption)
    {
        try
        {
            return Shell.ShouldContinue(query, caption);
        }
        catch (Exception e) when (e is not PipelineStoppedException)
        {
            return false;
        }
    }

    private static ProgressRecord ProgressOf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        var percent = root.TryGetProperty("percent", out var share) && share.TryGetInt32(out var number) ? number : -1;
        var activity = root.GetProperty("activity").GetString();
        var status = root.GetProperty("status").GetString();
        return new ProgressRecord(
            activityId: 0,
            string.IsNullOrEmpty(activity) ? "MgLicense" : activity,
            string.IsNullOrEmpty(status) ? " " : status)
        {
            PercentComplete = Math.Clamp(percent, -1, 100),
            SecondsRemaining = root.TryGetProperty("secondsLeft", out var left) && left.ValueKind == JsonValueKind.Number && left.TryGetDouble(out var seconds) ? (int)Math.Ceiling(seconds) : -1,
            RecordType = percent == 100 ? ProgressRecordType.Completed : ProgressRecordType.Processing,
        };
    }
}
