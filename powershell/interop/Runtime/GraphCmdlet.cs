using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Text.Json;
using MgLicense.PowerShell.Licensing;
using MgLicense.PowerShell.Native;
using Microsoft.Graph.PowerShell.Models;
using Microsoft.Graph.PowerShell.Runtime;

namespace MgLicense.PowerShell;

/// <summary>
/// The base of every compatible command: builds the payload from the bound parameters as the variant's
/// <see cref="CommandSpec"/> says, runs the job, and writes objects, messages and errors.
/// </summary>
public abstract class GraphCmdlet : NativeCmdlet
{
    private bool headersWereGiven;
    private IDictionary<string, object?> bound = null!;
    private LicenseRow? row;
    private int rows;

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
        bound = MyInvocation.BoundParameters!;
        if (Spec.HasIdentity && Value("InputObject") is UsersActionsIdentity { Row: not null } identity && Spec.Operation == NativeOperation.UserAssignLicense)
        {
            var body = Spec.HasBodyParameter ? LicenseBody.Read(Value("BodyParameter")) : null;
            ProcessRow(LicenseRow.Read(
                identity,
                ++rows,
                Value("AddLicenses") ?? body?.Add,
                Value("RemoveLicenses") ?? body?.Remove,
                Value("DisabledPlans"),
                Value("UsageLocation") as string));
            return;
        }

        if (Spec.Writes && !ShouldProcess($"Call remote '{Spec.OperationText}' operation", Spec.Name))
        {
            return;
        }

        if (HeldConnection is null)
        {
            OnError(GraphFailure.NotConnected);
            return;
        }

        using var payload = Payload.Begin();
        Fill(payload);
        if (RunOperation(payload.End()) && Spec.PassThru && Flag("PassThru"))
        {
            WriteObject(true);
        }
    }

    /// <summary>
    /// Licence work on one row of bulk input: a result for every row, and one error for a row that fails. A row that is
    /// wrong fails alone.
    /// </summary>
    private unsafe void ProcessRow(LicenseRow next)
    {
        if (!ShouldProcess(next.Name, next.Describe()))
        {
            return;
        }

        if (HeldConnection is null)
        {
            OnError(GraphFailure.NotConnected);
            return;
        }

        row = next;
        try
        {
            if (next.UserId is null)
            {
                OnError(GraphFailure.NobodyNamed);
                return;
            }

            using var payload = Payload.Begin();
            next.Fill(payload);
            payload.Add("resolveNames", true).Add("report", true);
            FillHeaders(payload);
            Run(&NativeMethods.UserAssignLicense, Session, payload.End());
        }
        finally
        {
            row = null;
        }
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

    private void Fill(Payload payload)
    {
        switch (Spec.Operation)
        {
            case NativeOperation.List:
                FillRequest(payload);
                FillProperties(payload);
                FillList(payload);
                break;
            case NativeOperation.Get:
                FillRequest(payload);
                FillProperties(payload);
                break;
            case NativeOperation.UserAssignLicense:
                payload.Add("userId", Id("user-id"));
                FillAssignment(payload);
                break;
            case NativeOperation.GroupAssignLicense:
                payload.Add("groupId", Id("group-id"));
                FillAssignment(payload);
                break;
            default:
                payload.Add("method", Spec.Method);
                FillRequest(payload);
                FillBody(payload);
                break;
        }

        FillHeaders(payload);
    }

    private void FillRequest(Payload payload)
    {
        payload.Add("path", Spec.Path);
        if (Spec.Ids.Length + Spec.IdentityIds.Length > 0)
        {
            payload.Writer.WriteStartObject("ids");
            foreach (var (parameter, placeholder) in Spec.Ids)
            {
                payload.Writer.WriteString(placeholder, JsonValue.Text(Value(parameter)));
            }

            foreach (var (_, placeholder) in Spec.IdentityIds)
            {
                payload.Writer.WriteString(placeholder, Id(placeholder));
            }

            payload.Writer.WriteEndObject();
        }

        if (Spec.ApiVersion != "v1.0")
        {
            payload.Add("apiVersion", Spec.ApiVersion);
        }

        payload.Add("consistencyLevel", Value("ConsistencyLevel") as string);
    }

    private void FillProperties(Payload payload) => payload
        .AddTexts("property", Value("Property") as IEnumerable)
        .AddTexts("expandProperty", Value("ExpandProperty") as IEnumerable);

    private void FillList(Payload payload)
    {
        payload.Add("filter", Value("Filter") as string).Add("search", Value("Search") as string);
        payload.AddTexts("sort", Value("Sort") as IEnumerable);
        foreach (var (parameter, name) in (ReadOnlySpan<(string, string)>)[("Top", "top"), ("Skip", "skip"), ("PageSize", "pageSize")])
        {
            if (Value(parameter) is int number)
            {
                payload.Add(name, number);
            }
        }

        if (Flag("All"))
        {
            payload.Add("all", true);
        }

        if (Value("CountVariable") is string { Length: > 0 })
        {
            payload.Add("count", true);
        }
    }

    private void FillAssignment(Payload payload)
    {
        if (Spec.HasBodyParameter)
        {
            LicenseArguments.AddBody(payload, LicenseBody.Read(Value("BodyParameter")));
        }
        else
        {
            LicenseArguments.AddLists(payload, Value("AddLicenses"), Value("RemoveLicenses"));
            LicenseArguments.AddTexts(payload, "disabledPlans", Value("DisabledPlans"));
            payload.Add("usageLocation", Value("UsageLocation") as string);
            if (Value("AdditionalProperties") is IDictionary { Count: > 0 } additional)
            {
                payload.AddValue("additionalProperties", additional);
            }
        }

        payload.Add("resolveNames", true);
    }

    private void FillBody(Payload payload)
    {
        if (Spec.HasBodyParameter)
        {
            payload.AddValue("body", Value("BodyParameter"));
        }
        else if (Spec.Body.Length > 0)
        {
            payload.Writer.WriteStartObject("body");
            foreach (var (parameter, name) in Spec.Body)
            {
                if (bound.TryGetValue(parameter, out var value))
                {
                    payload.AddValue(name, value);
                }
            }

            FillAdditional(payload);
            payload.Writer.WriteEndObject();
        }
    }

    /// <summary>Adds -AdditionalProperties to the body, except where a parameter has said it already.</summary>
    private void FillAdditional(Payload payload)
    {
        if (Value("AdditionalProperties") is not IDictionary additional)
        {
            return;
        }

        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (parameter, name) in Spec.Body)
        {
            if (bound.ContainsKey(parameter))
            {
                given.Add(name);
            }
        }

        foreach (DictionaryEntry entry in additional)
        {
            var name = JsonValue.Text(entry.Key);
            if (given.Add(name))
            {
                payload.AddValue(name, entry.Value);
            }
        }
    }

    private void FillHeaders(Payload payload)
    {
        var headers = GivenHeaders();
        var ifMatch = Value("IfMatch") as string;
        if (headers is { Count: > 0 } || ifMatch is not null)
        {
            payload.Writer.WriteStartObject("headers");
            if (ifMatch is not null)
            {
                payload.Writer.WriteString("If-Match", ifMatch);
            }

            foreach (DictionaryEntry entry in headers ?? new Hashtable())
            {
                payload.Writer.WriteString(JsonValue.Text(entry.Key), JsonValue.Text(entry.Value));
            }

            payload.Writer.WriteEndObject();
        }

        if (ResponseHeadersVariable is { Length: > 0 })
        {
            payload.Add("wantHeaders", true);
        }

        if (WantsDebug)
        {
            payload.Add("debug", true);
        }
    }

    /// <summary>
    /// The headers, unless they are really something else: a piped hashtable binds to -Headers too, whatever it was
    /// meant for, because that parameter takes dictionaries from the pipeline.
    /// </summary>
    private IDictionary? GivenHeaders() =>
        headersWereGiven || !(bound.ContainsKey("InputObject") || bound.ContainsKey("BodyParameter")) ? Headers : null;

    /// <summary>The id for a placeholder: from its parameter, or from -InputObject.</summary>
    private string Id(string placeholder)
    {
        foreach (var (parameter, name) in Spec.Ids)
        {
            if (name == placeholder)
            {
                return JsonValue.Text(Value(parameter));
            }
        }

        foreach (var (property, name) in Spec.IdentityIds)
        {
            if (name == placeholder && Value("InputObject") is IGraphIdentity identity)
            {
                return identity.GetId(property) ?? throw MissingId(property, identity);
            }
        }

        throw new PSInvalidOperationException($"{Spec.Name} has no parameter for {{{placeholder}}}.");
    }

    private Exception MissingId(string property, IGraphIdentity identity)
    {
        ThrowTerminatingError(ErrorRecords.MissingId(property, identity));
        return new PipelineStoppedException();
    }

    private object? Value(string parameter) =>
        bound.TryGetValue(parameter, out var value) ? value is PSObject wrapped ? wrapped.BaseObject : value : null;

    private bool Flag(string parameter) => Value(parameter) is SwitchParameter { IsPresent: true } or true;

    private protected override void OnItem(ReadOnlySpan<byte> json)
    {
        if (row is not null)
        {
            WriteObject(row.Result(json));
            return;
        }

        if (Spec.Output?.ReadItem(json) is { } item)
        {
            WriteObject(item);
        }
    }

    private protected override void OnPage(ReadOnlySpan<byte> json)
    {
        foreach (var item in Spec.Output?.ReadPage(json) ?? [])
        {
            WriteObject(item);
        }
    }

    private protected override void OnCount(ReadOnlySpan<byte> json)
    {
        if (Value("CountVariable") is string { Length: > 0 } name)
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
        if (row is null)
        {
            base.OnError(failure);
            return;
        }

        WriteError(ErrorRecords.Make(failure, row.Source));
        WriteObject(row.Failure(failure));
    }

    private protected override object ErrorTarget()
    {
        var target = new PSObject();
        foreach (var (name, value) in bound)
        {
            if (!CommonParameters.Contains(name))
            {
                target.Properties.Add(new PSNoteProperty(name, value));
            }
        }

        return target;
    }

    /// <summary>Sets a variable the way the SDK does: global, unless the name brings its own scope or drive.</summary>
    private void SetGlobal(string name, object value) =>
        SessionState.PSVariable.Set(name.Contains(':', StringComparison.Ordinal) ? name : $"global:{name}", value);
}
