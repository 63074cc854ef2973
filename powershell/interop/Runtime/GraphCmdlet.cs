using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Text.Json;
using MgLicense.PowerShell.Licensing;
using MgLicense.PowerShell.Native;
using Microsoft.Graph.PowerShell.Authentication;
using Microsoft.Graph.PowerShell.Models;
using Microsoft.Graph.PowerShell.Runtime;

namespace MgLicense.PowerShell;

/// <summary>
/// The base of every compatible command: builds the payload from the bound parameters as the variant's
/// <see cref="CommandSpec"/> says, runs the job, and writes objects, messages and errors.
/// </summary>
public abstract class GraphCmdlet : ConnectedCmdlet
{
    private bool headersWereGiven;
    private CallArguments arguments;
    private DirectCall? direct;
    private int rows;
    private bool refused;

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

    /// <summary>The proxy that the requests of this command go by, instead of the connection's own way.</summary>
    [Parameter(DontShow = true)]
    public Uri? Proxy { get; set; }

    /// <summary>Who the proxy lets through.</summary>
    [Parameter(DontShow = true)]
    [ValidateNotNull]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>Accepted for compatibility; the library knows no way to pass a proxy by the account of the process.</summary>
    [Parameter(DontShow = true)]
    public SwitchParameter ProxyUseDefaultCredentials { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        headersWereGiven = MyInvocation.BoundParameters.ContainsKey("Headers");
        if (Break)
        {
            Debugging.WaitForDebugger(() => Stopped);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        arguments = new CallArguments(MyInvocation.BoundParameters!);
        if (DirectCall.TakeFailure() is { } failure)
        {
            failure.Report(this);
            return;
        }

        if (Row() is { } identity)
        {
            foreach (var row in identity.Rows ?? [identity])
            {
                TakeRow(row);
            }

            return;
        }

        if (Spec.Writes && !Shell.ShouldProcess(Spec.ProcessText, null, null))
        {
            return;
        }

        if (!TryConnect())
        {
            return;
        }

        if (new RequestPayload(Spec, arguments).MissingIdentity() is { } missing)
        {
            ThrowTerminatingError(ErrorRecords.MissingId(missing, arguments.Value("InputObject")));
        }

        Send();
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => EndRows();

    /// <summary>
    /// Makes the call inside a running function, without a command of its own, and gives what it wrote. False where the
    /// call needs one: it writes more than one object, or something is wrong with it before it begins. A failure later
    /// is reported by a command of its own, which gives the error record the private command's names.
    /// </summary>
    internal bool TryRunInside(PSCmdlet function, out object? output, out DirectCall? failure)
    {
        output = null;
        failure = null;
        arguments = new CallArguments(function.MyInvocation.BoundParameters!);
        if (Spec.Operation == NativeOperation.List || DirectCall.NeedsCommand(arguments) || Row() is not null)
        {
            return false;
        }

        Function = function;
        Context = arguments.Value("Context") as IAuthContext;
        if (HeldConnection is null || new RequestPayload(Spec, arguments).MissingIdentity() is not null)
        {
            return false;
        }

        headersWereGiven = true;
        Headers = arguments.Value("Headers") as IDictionary;
        ResponseHeadersVariable = arguments.Value("ResponseHeadersVariable") as string;
        direct = new DirectCall();
        if (!Spec.Writes || function.ShouldProcess(Spec.ProcessText, null, null))
        {
            direct.Run(Send);
        }

        output = direct.Output;
        failure = direct.Failed ? direct : null;
        return true;
    }

    /// <summary>The connection's own way to the service, or that by the proxy of this command.</summary>
    private protected override Connection? HoldConnection()
    {
        var connection = base.HoldConnection();
        if (connection is null || Proxy is null)
        {
            return connection;
        }

        try
        {
            return connection.HoldBy(Proxy, ProxyCredential);
        }
        finally
        {
            connection.Release();
        }
    }

    /// <summary>Takes the connection. False, with an error, where there is none or its proxy can't be used.</summary>
    private bool TryConnect()
    {
        try
        {
            if (HeldConnection is not null)
            {
                return true;
            }

            OnError(GraphFailure.NotConnected);
        }
        catch (NativeCallException e)
        {
            OnError(GraphFailure.From(e));
        }

        return false;
    }

    /// <summary>Whether rows of input are collected into one run.</summary>
    internal bool TakesRows => Spec.HasIdentity && Spec.Operation == NativeOperation.UserAssignLicense;

    /// <summary>What -InputObject was made from, for a command that takes rows: one row, or several together.</summary>
    private UsersActionsIdentity? Row() =>
        TakesRows && arguments.Value("InputObject") is UsersActionsIdentity identity && (identity.Row ?? identity.Rows) is not null
            ? identity
            : null;

    private void Send()
    {
        using var payload = Payload.Begin();
        if (!Filled(payload, static (request, payload) => request.Fill(payload)))
        {
            return;
        }

        if (RunOperation(payload.End()) && Spec.PassThru && arguments.Flag("PassThru"))
        {
            Write(true);
        }
    }

    /// <summary>
    /// Takes one row into the run of this pipeline, which begins with the first: rows are collected, judged as a whole, and
    /// then worked off, with a result for every row and one error for a row that fails.
    /// </summary>
    private void TakeRow(UsersActionsIdentity identity)
    {
        rows++;
        if (!ReadsRows && !refused)
        {
            var options = new RunOptions
            {
                Partial = arguments.Value("Partial") as string,
                Force = arguments.Flag("Force"),
                NoPreflight = arguments.Flag("NoPreflight"),
                Impact = ConfirmImpact.Medium,
            };
            refused = !BeginRun("Set-MgUserLicense", WriteWish, options);
        }

        if (!refused)
        {
            AddRow(LicenseRow.Read(identity, rows, withWishes: true));
        }
    }

    private void WriteWish(Payload payload)
    {
        var body = Spec.HasBodyParameter ? LicenseBody.Read(arguments.Value("BodyParameter")) : null;
        LicenseArguments.AddWish(
            payload,
            arguments.Value("AddLicenses") ?? body?.Add,
            arguments.Value("RemoveLicenses") ?? body?.Remove,
            arguments.Value("DisabledPlans"),
            arguments.Value("UsageLocation") as string);
    }

    /// <summary>Runs the native function that the spec names.</summary>
    private unsafe bool RunOperation(ReadOnlySpan<byte> payload) => Spec.Operation switch
    {
        NativeOperation.List => Run(&NativeMethods.GraphList, Session, payload),
        NativeOperation.Get => Run(&NativeMethods.GraphGet, Session, payload),
        NativeOperation.UserAssignLicense => Run(&NativeMethods.UserAssignLicense, Session, payload),
        NativeOperation.GroupAssignLicense => Run(&NativeMethods.GroupAssignLicense, Session, payload),
        _ => Run(&NativeMethods.GraphSend, Session, payload),
    };

    /// <summary>
    /// The headers, unless they are really something else: a piped hashtable binds to -Headers too, whatever it was
    /// meant for, because that parameter takes dictionaries from the pipeline.
    /// </summary>
    private IDictionary? GivenHeaders() =>
        headersWereGiven || !(arguments.Contains("InputObject") || arguments.Contains("BodyParameter")) ? Headers : null;

    /// <summary>Fills a payload and adds the headers. False, with an error, where a text can't be sent.</summary>
    private bool Filled(Payload payload, Action<RequestPayload, Payload> fill)
    {
        var request = new RequestPayload(Spec, arguments);
        try
        {
            fill(request, payload);
            request.FillHeaders(payload, GivenHeaders(), ResponseHeadersVariable is { Length: > 0 }, WantsDebug);
            return true;
        }
        catch (MalformedTextException e)
        {
            OnError(GraphFailure.From(e));
            return false;
        }
    }

    private void Write(object item)
    {
        if (direct is not null)
        {
            direct.Output = item;
        }
        else
        {
            WriteObject(item);
        }
    }

    private protected override void OnItem(ReadOnlySpan<byte> json)
    {
        if (Spec.Output?.ReadItem(json) is { } item)
        {
            Write(item);
        }
    }

    private protected override bool MakesPagesAhead => !ReadsRows;

    private protected override IReadOnlyList<object> MakePage(ReadOnlySpan<byte> json) =>
        ReadsRows ? ResultReaders.Assignments.Read(json) : Spec.Output?.ReadPage(json) ?? [];

    private protected override void WritePage(IReadOnlyList<object> page)
    {
        foreach (var item in page)
        {
            WriteObject(item);
        }
    }

    private protected override void OnCount(ReadOnlySpan<byte> json)
    {
        if (arguments.Value("CountVariable") is string { Length: > 0 } name)
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            var count = document.RootElement.GetProperty("count").GetInt64();
            SetGlobal(name, count <= int.MaxValue ? (object)(int)count : count);
        }
    }

    private protected override void OnHeaders(ReadOnlySpan<byte> json)
    {
        if (ResponseHeadersVariable is { Length: > 0 } name)
        {
            SetGlobal(name, HeaderPairs.ToDictionary(HeaderPairs.Parse(json)));
        }
    }

    private protected override void OnError(GraphFailure failure)
    {
        if (direct is not null)
        {
            Failed();
            direct.Failure = failure;
            return;
        }

        if (failure.Row is null)
        {
            base.OnError(failure);
            return;
        }

        WriteRowError(failure);
    }

    private protected override void OnSummary(ReadOnlySpan<byte> json) => WriteSummary(json);

    private protected override string? StoppedText(ReadOnlySpan<byte> summary) => ResultReaders.RunSummary.Read(summary).Text;

    private protected override void OnUnreadableRow(LicenseRow row, GraphFailure failure)
    {
        WriteRowError(failure);
        WriteObject(row.Failure(failure));
    }

    private protected override object ErrorTarget() => arguments.ToObject();

    /// <summary>Sets a variable the way the SDK does: global, unless the name brings its own scope or drive.</summary>
    private void SetGlobal(string name, object value) =>
        Shell.SessionState.PSVariable.Set(name.Contains(':', StringComparison.Ordinal) ? name : $"global:{name}", value);
}
