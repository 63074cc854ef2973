using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Internal;
using Microsoft.Graph.PowerShell.Models;

namespace MgLicense.PowerShell;

/// <summary>
/// Hands a public function over to the private command of its parameter set, through a steppable pipeline, as the
/// SDK's functions do: error ids, the console prefix and <c>$?</c> are then those of the private command.
/// </summary>
/// <remarks>
/// -Headers takes pipeline input in every set. A piped hashtable therefore binds to it as well as to -InputObject or
/// -BodyParameter, and can leave the function in a set that was not meant. What is handed over is what was meant.
/// The methods that run a private command are named as those of a steppable pipeline: from methods of these names, and
/// only from them, PowerShell lets an exception through to the script as it was thrown.
/// </remarks>
public sealed class Forwarder : IDisposable
{
    private const string Expanded = "Expanded";
    private const string InputObject = "InputObject";
    private const string BodyParameter = "BodyParameter";
    private const string Headers = "Headers";

    /// <summary>How many rows go over at once, and how many when results are wanted while rows still come.</summary>
    private const int RowsTogether = 256;
    private const int FewRowsTogether = 20;

    // What the function sees to by itself. The private command would fill a variable of the global scope a second time,
    // and with -Debug, PowerShell has it ask before every warning, verbose message and error; the function's own
    // preference, which the private command reads, only shows what there is to see.
    private static readonly string[] KeptByFunction =
        ["Debug", "ErrorVariable", "WarningVariable", "InformationVariable", "OutVariable", "PipelineVariable"];

    // The scripts are bound to no session, so all runspaces share them; so are the private commands.
    private static readonly ScriptBlock Script = ScriptBlock.Create("param($Command, $Parameters) & $Command @Parameters");
    private static readonly ConcurrentDictionary<(string Function, string Set), PrivateCommand> Variants = new();

    private readonly PSCmdlet function;
    private readonly Dictionary<string, object> boundBefore;
    private readonly List<UsersActionsIdentity> rows = [];
    private SteppablePipeline? pipeline;
    private PrivateCommand? variant;

    private Forwarder(PSCmdlet function)
    {
        this.function = function;
        boundBefore = new Dictionary<string, object>(function.MyInvocation.BoundParameters);
        foreach (string name in KeptByFunction)
        {
            boundBefore.Remove(name);
        }
    }

    /// <summary>
    /// For the begin block: notes what was bound on the command line, since an input object may bind more.
    /// </summary>
    /// <param name="function">The running function.</param>
    /// <returns>What takes the input objects; null for a call without input, which <see cref="Process(PSCmdlet)"/> makes.</returns>
    public static Forwarder? Begin(PSCmdlet function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return function.MyInvocation.ExpectingInput ? new Forwarder(function) : null;
    }

    /// <summary>Makes a call without input, from its begin to its end.</summary>
    /// <param name="function">The running function.</param>
    /// <returns>What the function is to write; nothing where it was written already.</returns>
    public static object? Process(PSCmdlet function)
    {
        ArgumentNullException.ThrowIfNull(function);
        PrivateCommand command = Variant(function, function.ParameterSetName);
        using (GraphCmdlet direct = command.Create())
        {
            if (direct.TryRunInside(function, out object? output, out DirectCall? failure))
            {
                failure?.ReportBy(() => Run(function, command));
                return output ?? AutomationNull.Value;
            }
        }

        Run(function, command);
        return AutomationNull.Value;
    }

    private static void Run(PSCmdlet function, PrivateCommand command)
    {
        using var forwarder = new Forwarder(function);
        forwarder.Start(command, forwarder.boundBefore);
        forwarder.pipeline!.Process();
        forwarder.End();
    }

    /// <summary>Forwards one input object.</summary>
    /// <param name="input">The input object as it came.</param>
    public void Process(object? input)
    {
        (string set, object? meant) = Understand(input);
        if (meant is null && TookNothing(input))
        {
            function.WriteError(ErrorRecords.NotBound(input));
            return;
        }

        PrivateCommand wanted = Variant(function, set);
        if (!ReferenceEquals(wanted, variant))
        {
            End();
            Start(wanted, boundBefore);
        }
        else if (wanted.TakesRows && PSObject.AsPSObject(meant ?? "").BaseObject is UsersActionsIdentity { Row: not null } row)
        {
            // All but the first, which begins the run, go over together: the private command's parameters are bound anew
            // for each of its input objects, and that takes longer than the row itself.
            rows.Add(row);
            if (rows.Count >= (boundBefore.ContainsKey("NoPreflight") ? FewRowsTogether : RowsTogether))
            {
                HandOver();
            }

            return;
        }

        HandOver();
        pipeline!.Process(meant);
    }

    /// <summary>Ends the call.</summary>
    public void End()
    {
        HandOver();
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

    private void HandOver()
    {
        if (rows.Count > 0)
        {
            UsersActionsIdentity together = new() { Rows = rows.ToArray() };
            rows.Clear();
            pipeline!.Process(together);
        }
    }

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

        object? headers = FromPipeline(Headers);
        bool tookNothing = headers is null && TookNothing(input);
        if ((tookNothing || headers is not null) && set.EndsWith(Expanded, StringComparison.Ordinal))
        {
            string whole = set[..^Expanded.Length];
            if (FitsSet(whole))
            {
                Type type = function.MyInvocation.MyCommand.Parameters[BodyParameter].ParameterType;
                if (!tookNothing)
                {
                    return (whole, LanguagePrimitives.ConvertTo(headers, type));
                }

                return (whole, LanguagePrimitives.TryConvertTo(input, type, out object? converted) ? converted : null);
            }
        }

        return (set, tookNothing ? null : input);
    }

    /// <summary>
    /// Whether an input object was bound to nothing but no headers (see <see cref="Licensing.NoHeadersAttribute"/>). It may
    /// be a body all the same, in the set that was not meant.
    /// </summary>
    private bool TookNothing(object? input) =>
        UsersActionsIdentityConverter.IsRow(input)
        && !boundBefore.ContainsKey(Headers)
        && function.MyInvocation.BoundParameters.TryGetValue(Headers, out object? headers) && headers is null
        && FromPipeline(InputObject) is null && FromPipeline(BodyParameter) is null;

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

    private void Start(PrivateCommand command, Dictionary<string, object> parameters)
    {
        variant = command;
        pipeline = Script.GetSteppablePipeline(function.MyInvocation.CommandOrigin, [command.Info, parameters]);
        pipeline.Begin(function);
    }

    private static PrivateCommand Variant(PSCmdlet function, string set)
    {
        (string Function, string Set) key = (function.MyInvocation.MyCommand.Name, set);
        return Variants.TryGetValue(key, out PrivateCommand? known) ? known : Variants.GetOrAdd(key, PrivateCommand.Find);
    }

    /// <summary>The private command of one parameter set.</summary>
    private sealed class PrivateCommand(string name, Type type)
    {
        private readonly Lazy<bool> takesRows = new(() =>
        {
            using var command = (GraphCmdlet)Activator.CreateInstance(type)!;
            return command.TakesRows;
        });

        internal CmdletInfo Info { get; } = new(name, type);

        /// <summary>Whether rows of input are collected into one run.</summary>
        internal bool TakesRows => takesRows.Value;

        internal GraphCmdlet Create() => (GraphCmdlet)Activator.CreateInstance(type)!;

        internal static PrivateCommand Find((string Function, string Set) key)
        {
            string name = $"{key.Function}_{key.Set}";
            string sdk = name.Contains("-MgBeta", StringComparison.OrdinalIgnoreCase) ? "Microsoft.Graph.Beta" : "Microsoft.Graph";
            string type = $"{sdk}.PowerShell.Cmdlets.{name.Replace("-", "", StringComparison.Ordinal)}";
            return new PrivateCommand(name, typeof(Forwarder).Assembly.GetType(type, throwOnError: true)!);
        }
    }
}
