using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Management.Automation;

namespace MgLicense.PowerShell;

/// <summary>
/// Hands a public function over to the private command of its parameter set, through a steppable pipeline, as the
/// SDK's functions do: error ids, the console prefix and <c>$?</c> are then those of the private command.
/// </summary>
/// <remarks>
/// -Headers takes pipeline input in every set. A piped hashtable therefore binds to it as well as to -InputObject or
/// -BodyParameter, and can leave the function in a set that was not meant. What is handed over is what was meant.
/// </remarks>
public sealed class Forwarder : IDisposable
{
    private const string Expanded = "Expanded";
    private const string InputObject = "InputObject";
    private const string BodyParameter = "BodyParameter";
    private const string Headers = "Headers";

    // What the function sees to by itself. The private command would fill a variable of the global scope a second time,
    // and with -Debug, PowerShell has it ask before every warning, verbose message and error; the function's own
    // preference, which the private command reads, only shows what there is to see.
    private static readonly string[] KeptByFunction =
        ["Debug", "ErrorVariable", "WarningVariable", "InformationVariable", "OutVariable", "PipelineVariable"];

    // The scripts are bound to no session, so all runspaces share them; so are the private commands.
    private static readonly ScriptBlock Call = ScriptBlock.Create("param($Command, $Parameters) & $Command @Parameters");
    private static readonly ConcurrentDictionary<(string Function, string Set), CmdletInfo> Variants = new();

    private readonly PSCmdlet function;
    private readonly Dictionary<string, object>? boundBefore;
    private SteppablePipeline? pipeline;
    private CmdletInfo? variant;

    /// <summary>Begins to forward a call, unless it first takes an input object to know its parameter set.</summary>
    /// <param name="function">The running function.</param>
    public Forwarder(PSCmdlet function)
    {
        this.function = function ?? throw new ArgumentNullException(nameof(function));
        if (function.MyInvocation.ExpectingInput)
        {
            boundBefore = new Dictionary<string, object>(function.MyInvocation.BoundParameters);
        }
        else
        {
            Start(Variant(function.ParameterSetName), function.MyInvocation.BoundParameters);
        }
    }

    /// <summary>Forwards one input object, or the one call there is without input.</summary>
    /// <param name="input">The input object as it came.</param>
    public void Process(object? input)
    {
        if (boundBefore is null)
        {
            pipeline!.Process();
            return;
        }

        (string set, object? meant) = Understand(input);
        CmdletInfo wanted = Variant(set);
        if (!ReferenceEquals(wanted, variant))
        {
            End();
            Start(wanted, boundBefore);
        }

        pipeline!.Process(meant);
    }

    /// <summary>Ends the call.</summary>
    public void End()
    {
        SteppablePipeline? ending = pipeline;
        pipeline = null;
        if (ending is not null)
        {
            ending.End();
            ending.Dispose();
        }
    }

    /// <summary>Lets go of a call that did not come to its end.</summary>
    public void Dispose() => pipeline?.Dispose();

    /// <summary>Which set an input object means, and the value to hand over for it.</summary>
    private (string Set, object? Value) Understand(object? input)
    {
        string set = function.ParameterSetName;
        if (FromPipeline(InputObject) is { } identity)
        {
            // The body was bound to the same object only because nothing else was said.
            return (FromPipeline(BodyParameter) is null ? set : set + Expanded, identity);
        }

        if (FromPipeline(BodyParameter) is { } body)
        {
            return (set, body);
        }

        if (FromPipeline(Headers) is { } headers && set.EndsWith(Expanded, StringComparison.Ordinal))
        {
            string whole = set[..^Expanded.Length];
            if (FitsSet(whole))
            {
                Type type = function.MyInvocation.MyCommand.Parameters[BodyParameter].ParameterType;
                return (whole, LanguagePrimitives.ConvertTo(headers, type));
            }
        }

        return (set, input);
    }

    private object? FromPipeline(string parameter) =>
        !boundBefore!.ContainsKey(parameter) && function.MyInvocation.BoundParameters.TryGetValue(parameter, out object? value) ? value : null;

    /// <summary>Whether everything that was said on the command line can be said in another set too.</summary>
    private bool FitsSet(string set)
    {
        Dictionary<string, ParameterMetadata> parameters = function.MyInvocation.MyCommand.Parameters;
        foreach (string name in boundBefore!.Keys)
        {
            Dictionary<string, ParameterSetMetadata> sets = parameters[name].ParameterSets;
            if (!sets.ContainsKey(set) && !sets.ContainsKey(ParameterAttribute.AllParameterSets))
            {
                return false;
            }
        }

        return true;
    }

    private void Start(CmdletInfo command, Dictionary<string, object> parameters)
    {
        if (Array.Exists(KeptByFunction, parameters.ContainsKey))
        {
            parameters = new Dictionary<string, object>(parameters);
            foreach (string name in KeptByFunction)
            {
                parameters.Remove(name);
            }
        }

        variant = command;
        pipeline = Call.GetSteppablePipeline(function.MyInvocation.CommandOrigin, [command, parameters]);
        pipeline.Begin(function);
    }

    private CmdletInfo Variant(string set)
    {
        (string Function, string Set) key = (function.MyInvocation.MyCommand.Name, set);
        return Variants.TryGetValue(key, out CmdletInfo? known) ? known : Variants.GetOrAdd(key, Find);
    }

    private static CmdletInfo Find((string Function, string Set) key)
    {
        string name = $"{key.Function}_{key.Set}";
        Type type = typeof(Forwarder).Assembly.GetType($"Microsoft.Graph.PowerShell.Cmdlets.{name.Replace("-", "", StringComparison.Ordinal)}", throwOnError: true)!;
        return new CmdletInfo(name, type);
    }
}
