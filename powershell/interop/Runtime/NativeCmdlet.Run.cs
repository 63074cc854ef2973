using System;
using System.Linq;
using System.Management.Automation;
using MgLicense.PowerShell.Completion;
using MgLicense.PowerShell.Native;

namespace MgLicense.PowerShell;

/// <content>Runs over many rows: how they begin, and what they say.</content>
public abstract partial class NativeCmdlet
{
    /// <summary>Whether what would be done is to be named only.</summary>
    private protected bool IsWhatIf => LanguagePrimitives.IsTrue(
        Shell.MyInvocation.BoundParameters.TryGetValue("WhatIf", out var given) ? given : Shell.GetVariableValue("WhatIfPreference"));

    /// <summary>Begins a run whose rows follow. False, with an error, where it can't be begun.</summary>
    /// <param name="command">The command that the person called.</param>
    /// <param name="wish">Writes what is wished for every row.</param>
    /// <param name="options">How to go about it.</param>
    private protected unsafe bool BeginRun(string command, Action<Payload> wish, RunOptions options)
    {
        if (HeldConnection is null)
        {
            OnError(GraphFailure.NotConnected);
            return false;
        }

        if (options.Partial is { } order && !SeatOrderCompleter.Orders.Contains(order, StringComparer.OrdinalIgnoreCase))
        {
            OnError(GraphFailure.Argument($"-Partial takes {string.Join(", ", SeatOrderCompleter.Orders)}, and not '{order}'."));
            return false;
        }

        using var payload = Payload.Begin();
        payload.Add("command", command).Add("folder", RunFolder);
        payload.Writer.WriteStartObject("wish");
        try
        {
            wish(payload);
        }
        catch (MalformedTextException e)
        {
            OnError(GraphFailure.From(e));
            return false;
        }

        payload.Writer.WriteEndObject();
        payload.Writer.WriteStartObject("options");
        payload.Add("partial", options.Partial?.ToLowerInvariant());
        payload.Add("force", options.Force).Add("noPreflight", options.NoPreflight);
        payload.Add("whatIf", IsWhatIf).Add("ask", AsksForEach(options.Impact)).Add("debug", WantsDebug);
        payload.Writer.WriteEndObject();
        return BeginRows(&NativeMethods.UserLicenseRun, payload.End(), options.NoPreflight);
    }

    /// <summary>Where journals live, if not in the usual place. Variables set inside PowerShell reach nobody else.</summary>
    internal static string? RunFolder => Environment.GetEnvironmentVariable("MGLICENSE_RUNS") is { Length: > 0 } folder ? folder : null;

    /// <summary>Writes results of rows.</summary>
    private protected void WriteResults(ReadOnlySpan<byte> json)
    {
        foreach (var result in ResultReaders.Assignments.Read(json))
        {
            WriteObject(result);
        }
    }

    /// <summary>Writes the error of one row, which is about its user.</summary>
    private protected void WriteRowError(GraphFailure failure)
    {
        Failed();
        WriteError(ErrorRecords.OfRow(failure, failure.UserId ?? ErrorTarget()));
    }

    /// <summary>Says how a run ended: the sentence for people, with the run as an object behind it.</summary>
    private protected void WriteSummary(ReadOnlySpan<byte> json)
    {
        var summary = ResultReaders.RunSummary.Read(json);
        if (summary.Run is { } run)
        {
            run.Text = summary.Text;
            Shell.WriteInformation(run, ["MgLicense"]);
        }
    }

    /// <summary>Whether a person is to be asked about each user, or told of each by -Verbose.</summary>
    private bool AsksForEach(ConfirmImpact impact)
    {
        var given = Shell.MyInvocation.BoundParameters;
        if (given.TryGetValue("Confirm", out var confirm))
        {
            return LanguagePrimitives.IsTrue(confirm);
        }

        var preference = Shell.GetVariableValue("ConfirmPreference") is ConfirmImpact level ? level : ConfirmImpact.High;
        return (preference != ConfirmImpact.None && impact >= preference) || given.ContainsKey("Verbose");
    }
}

/// <summary>How a run goes about it.</summary>
internal readonly struct RunOptions
{
    /// <summary>In which order seats go where there are too few.</summary>
    public string? Partial { get; init; }

    /// <summary>Whether what is only likely is not warned of, and data at risk not asked for.</summary>
    public bool Force { get; init; }

    /// <summary>Whether changes are sent while rows still come.</summary>
    public bool NoPreflight { get; init; }

    /// <summary>How much the command changes.</summary>
    public ConfirmImpact Impact { get; init; }
}
