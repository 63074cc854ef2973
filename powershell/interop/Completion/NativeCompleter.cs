using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.Json;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell.Completion;

/// <summary>The base of the completers whose names the native library knows. Quick, and never an error.</summary>
public abstract class NativeCompleter : IArgumentCompleter
{
    /// <summary>More names than this nobody looks through.</summary>
    private const int Limit = 200;

    /// <summary>How long a person waits for names.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly string kind;

    private protected NativeCompleter(string kind) => this.kind = kind;

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var results = new List<CompletionResult>();
        var connection = Connection.Hold();
        try
        {
            Ask(connection?.Session ?? 0, CompletionText.Unquote(wordToComplete), fakeBoundParameters, results);
        }
        catch (Exception)
        {
            // A completer that throws only rings the bell: no names then.
        }
        finally
        {
            connection?.Release();
        }

        return results;
    }

    /// <summary>What else the library should know, from the parameters that are on the line already.</summary>
    private protected virtual void Narrow(Payload payload, IDictionary bound)
    {
    }

    private unsafe void Ask(ulong session, string prefix, IDictionary bound, List<CompletionResult> results)
    {
        using var payload = Payload.Begin();
        payload.Add("kind", kind).Add("prefix", prefix).Add("limit", Limit);
        Narrow(payload, bound);
        using var job = NativeJob.Start(&NativeMethods.Complete, session, payload.End());
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        while (System.Diagnostics.Stopwatch.GetElapsedTime(started) < Patience)
        {
            switch (job.Next(100, out var next))
            {
                case NativeStatus.NothingYet:
                    break;
                case NativeStatus.Ok:
                    try
                    {
                        if (next.Kind == EventKind.Item)
                        {
                            results.Add(Result(next.Data.Span));
                        }
                    }
                    finally
                    {
                        NativeMethods.BufferFree(next.Data);
                    }

                    break;
                default:
                    return;
            }
        }
    }

    private static CompletionResult Result(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        var value = document.RootElement.GetProperty("value").GetString() ?? "";
        var tooltip = document.RootElement.TryGetProperty("tooltip", out var text) ? text.GetString() : null;
        return new CompletionResult(
            CompletionText.Quote(value),
            value,
            CompletionResultType.ParameterValue,
            string.IsNullOrEmpty(tooltip) ? value : tooltip);
    }
}

/// <summary>Completes products by part number: the connected tenant's own first.</summary>
public sealed class SkuCompleter() : NativeCompleter("sku");

/// <summary>Completes service plans by name: of the products on the line, where there are any.</summary>
public sealed class PlanCompleter() : NativeCompleter("plan")
{
    private protected override void Narrow(Payload payload, IDictionary bound)
    {
        var products = bound["AddLicenses"] ?? bound["SkuId"] ?? bound["To"];
        if (products is string or IEnumerable<object>)
        {
            payload.AddTexts("skus", products is string one ? new[] { one } : (IEnumerable)products);
        }
    }
}

/// <summary>Completes runs by their ids, the newest first.</summary>
public sealed class RunCompleter() : NativeCompleter("run")
{
    private protected override void Narrow(Payload payload, IDictionary bound) => payload.Add("folder", NativeCmdlet.RunFolder);
}

/// <summary>Completes usage locations.</summary>
public sealed class LocationCompleter() : NativeCompleter("location");
