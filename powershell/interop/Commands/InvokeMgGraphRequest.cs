using System;
using System.Collections;
using System.IO;
using System.Management.Automation;
using System.Net.Http;
using System.Security.Authentication;
using System.Text.Json;
using MgLicense.PowerShell;
using MgLicense.PowerShell.Native;
using MgLicense.PowerShell.RawRequest;
using Microsoft.Graph.PowerShell.Authentication.Helpers;
using Microsoft.Graph.PowerShell.Authentication.Models;

namespace Microsoft.Graph.PowerShell.Authentication.Cmdlets;

/// <summary>Sends a request of the caller's own making. A refusal always throws.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "MgGraphRequest")]
[Alias("Invoke-GraphRequest")]
public sealed class InvokeMgGraphRequest : ConnectedCmdlet
{
    private RawAnswer? answer;

    /// <summary>The HTTP method.</summary>
    [Parameter(Position = 1)]
    public GraphRequestMethod Method { get; set; } = GraphRequestMethod.GET;

    /// <summary>The address: whole, or from the version on.</summary>
    [Parameter(Position = 2, Mandatory = true)]
    public Uri Uri { get; set; } = null!;

    /// <summary>The body: text as it is, a dictionary as JSON (on GET as query).</summary>
    [Parameter(Position = 3, ValueFromPipeline = true)]
    public object? Body { get; set; }

    /// <summary>Headers of the request.</summary>
    [Parameter(Position = 4)]
    public IDictionary? Headers { get; set; }

    /// <summary>The file that takes the body of the answer.</summary>
    [Parameter(Position = 5)]
    public string? OutputFilePath { get; set; }

    /// <summary>Names the output file after the answer.</summary>
    [Parameter(Position = 6)]
    public SwitchParameter InferOutputFileName { get; set; }

    /// <summary>The file whose content is the body.</summary>
    [Parameter(Position = 7)]
    public string? InputFilePath { get; set; }

    /// <summary>Writes the answer to the pipeline as well as to the file.</summary>
    [Parameter(Position = 8)]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Accepted for compatibility; headers are sent as they are given.</summary>
    [Parameter(Position = 10)]
    public SwitchParameter SkipHeaderValidation { get; set; }

    /// <summary>The type of the body; JSON if left out.</summary>
    [Parameter(Position = 11)]
    public string? ContentType { get; set; }

    /// <summary>Name of the variable that takes what later requests can share.</summary>
    [Parameter(Position = 13)]
    [Alias("SV")]
    public string? SessionVariable { get; set; }

    /// <summary>Name of the variable that takes the headers of the answer.</summary>
    [Parameter(Position = 14)]
    [Alias("RHV")]
    public string? ResponseHeadersVariable { get; set; }

    /// <summary>Name of the variable that takes the status of the answer.</summary>
    [Parameter(Position = 15)]
    public string? StatusCodeVariable { get; set; }

    /// <summary>Gives the body of a refusal instead of throwing.</summary>
    [Parameter(Position = 16)]
    public SwitchParameter SkipHttpErrorCheck { get; set; }

    /// <summary>What -SessionVariable of an earlier request gave.</summary>
    [Parameter(Position = 17)]
    public GraphRequestSession? GraphRequestSession { get; set; }

    /// <summary>The User-Agent header.</summary>
    [Parameter(Position = 18)]
    public string? UserAgent { get; set; }

    /// <summary>The form of the output.</summary>
    [Parameter(Position = 19)]
    public OutputType OutputType { get; set; } = OutputType.HashTable;

    /// <summary>Waits for a debugger before the call.</summary>
    [Parameter(DontShow = true)]
    public SwitchParameter Break { get; set; }

    private bool WritesFile => OutputFilePath is { Length: > 0 } || InferOutputFileName;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (Break)
        {
            Debugging.WaitForDebugger(() => Stopped);
        }

        Forbid(OutputFilePath is not null && InferOutputFileName, "-OutputFilePath and -InferOutputFileName exclude each other.");
        Forbid(PassThru && !WritesFile, "-PassThru needs -OutputFilePath or -InferOutputFileName.");
        Forbid(SessionVariable is not null && GraphRequestSession is not null, "-SessionVariable and -GraphRequestSession exclude each other.");
    }

    /// <inheritdoc/>
    protected override unsafe void ProcessRecord()
    {
        Forbid(Body is not null && InputFilePath is not null, "-Body and -InputFilePath exclude each other.");
        if (HeldConnection is null)
        {
            ThrowTerminatingError(new ErrorRecord(
                new AuthenticationException(GraphFailure.NotConnected.Message), "NotConnected", ErrorCategory.AuthenticationError, null));
        }

        using var payload = Payload.Begin();
        var uri = Fill(payload);
        WriteDetail($"{Method} {uri}");
        answer = null;
        Run(&NativeMethods.GraphRequest, Session, payload.End());
        if (answer is not null)
        {
            Report(answer);
        }
    }

    private string Fill(Payload payload)
    {
        var uri = Uri.OriginalString;
        var query = Method == GraphRequestMethod.GET ? (Body is PSObject wrapped ? wrapped.BaseObject : Body) as IDictionary : null;
        if (query is not null)
        {
            uri = RequestBody.AppendQuery(uri, query);
        }

        payload.Add("method", Method.ToString()).Add("uri", uri);
        if (InputFilePath is { Length: > 0 })
        {
            RequestBody.Add(payload, ReadInput());
        }
        else if (query is null)
        {
            RequestBody.Add(payload, Body);
        }

        payload.Add("contentType", ContentType).AddTextMap("headers", SharedHeaders());
        if (WantsDebug)
        {
            payload.Add("debug", true);
        }

        return uri;
    }

    /// <summary>The headers of this request over those of its series, which are kept for the next.</summary>
    private Hashtable SharedHeaders()
    {
        var session = GraphRequestSession ?? new GraphRequestSession();
        foreach (DictionaryEntry entry in Headers ?? new Hashtable())
        {
            session.Headers[JsonValue.Text(entry.Key)] = JsonValue.Text(entry.Value);
        }

        session.UserAgent = UserAgent ?? session.UserAgent;
        if (SessionVariable is { Length: > 0 })
        {
            SessionState.PSVariable.Set(SessionVariable, session);
        }

        var headers = new Hashtable(session.Headers, StringComparer.OrdinalIgnoreCase);
        if (session.UserAgent is not null)
        {
            headers["User-Agent"] = session.UserAgent;
        }

        return headers;
    }

    private protected override void OnResponse(ReadOnlySpan<byte> json) => answer = RawAnswer.Parse(json);

    /// <summary>No answer came, or the request could not be sent: that throws too.</summary>
    private protected override void OnError(GraphFailure failure) => ThrowTerminatingError(ErrorRecords.Make(failure, Uri));

    private void Report(RawAnswer response)
    {
        WriteDetail($"received {response.Body.Length}-byte response of content type {response.ContentType}");
        if (StatusCodeVariable is { Length: > 0 })
        {
            SessionState.PSVariable.Set(StatusCodeVariable, response.Status);
        }

        if (ResponseHeadersVariable is { Length: > 0 })
        {
            SessionState.PSVariable.Set(ResponseHeadersVariable, HeaderPairs.ToDictionary(response.Headers));
        }

        if (!response.IsSuccess && !SkipHttpErrorCheck)
        {
            Throw(response);
        }

        if (WritesFile)
        {
            File.WriteAllBytes(OutputPath(response), response.Body);
        }

        if (!WritesFile || PassThru)
        {
            Write(response);
        }
    }

    private void Throw(RawAnswer response)
    {
        var message = response.ToMessage();
        ThrowTerminatingError(new ErrorRecord(
            new HttpResponseException(response.Refusal, message),
            "InvokeGraphHttpResponseException",
            ErrorCategory.InvalidOperation,
            message.RequestMessage)
        {
            ErrorDetails = new ErrorDetails(response.Describe()),
        });
    }

    private void Write(RawAnswer response)
    {
        if (OutputType == OutputType.HttpResponseMessage)
        {
            WriteObject(response.ToMessage());
        }
        else if (response.Body.Length == 0)
        {
            return;
        }
        else if (OutputType == OutputType.Json)
        {
            WriteObject(response.Text);
        }
        else
        {
            using var document = ParseJson(response);
            WriteObject(OutputType == OutputType.PSObject
                ? JsonOutput.ToPSObject(document.RootElement)
                : JsonOutput.ToHashtable(document.RootElement));
        }
    }

    private JsonDocument ParseJson(RawAnswer response)
    {
        try
        {
            return JsonDocument.Parse(response.Body);
        }
        catch (JsonException e)
        {
            ThrowTerminatingError(new ErrorRecord(
                new InvalidOperationException(
                    $"The answer is not JSON but {response.ContentType ?? "of no stated type"}: use -OutputFilePath, or -OutputType HttpResponseMessage.", e),
                "NotJson",
                ErrorCategory.InvalidData,
                Uri));
            throw;
        }
    }

    private byte[] ReadInput()
    {
        var path = SessionState.Path.GetUnresolvedProviderPathFromPSPath(InputFilePath);
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ThrowTerminatingError(new ErrorRecord(e, "InputFile", ErrorCategory.ReadError, path));
            throw;
        }
    }

    private string OutputPath(RawAnswer response)
    {
        var name = OutputFilePath is { Length: > 0 } ? OutputFilePath : InferredName(response);
        return SessionState.Path.GetUnresolvedProviderPathFromPSPath(name);
    }

    /// <summary>The name that the answer gives its body, or the last part of the address. Never a path.</summary>
    private string InferredName(RawAnswer response)
    {
        using var message = response.ToMessage();
        var disposition = message.Content.Headers.ContentDisposition;
        var name = (disposition?.FileNameStar ?? disposition?.FileName)?.Trim('"') ?? Uri.OriginalString.Split('?')[0].TrimEnd('/');
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        return name is "" or "." or ".." ? "response" : name;
    }

    private void Forbid(bool condition, string message)
    {
        if (condition)
        {
            ThrowTerminatingError(new ErrorRecord(new ArgumentException(message), "InvalidArgument", ErrorCategory.InvalidArgument, null));
        }
    }
}
