using System;

namespace MgLicense.PowerShell;

/// <summary>
/// What one variant of a compatible command does: one row of the command table, as data.
/// The variant class holds its parameters and one of these; <see cref="GraphCmdlet"/> does the work.
/// </summary>
public sealed record CommandSpec
{
    private string name = "";
    private string? processText;

    /// <summary>The private name, for instance <c>Set-MgUserLicense_AssignExpanded</c>.</summary>
    public required string Name
    {
        get => name;
        init
        {
            name = value;
            // A twin made of another spec has a text of its own.
            processText = null;
        }
    }

    /// <summary>The HTTP method, upper case.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>The path on the wire with placeholders, for instance <c>/users/{user-id}/assignLicense</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The operation as -WhatIf names it, for instance <c>POST /users/{user-id}/microsoft.graph.assignLicense</c>.</summary>
    public string OperationText { get; init; } = "";

    /// <summary>What -WhatIf, -Confirm and -Verbose show; made once, since every call would make the same.</summary>
    internal string ProcessText => processText ??= $"Performing the operation \"{Name}\" on target \"Call remote '{OperationText}' operation\".";

    /// <summary>The native function that carries the command out.</summary>
    public NativeOperation Operation { get; init; } = NativeOperation.Get;

    /// <summary>Makes the output objects from JSON; null where the command writes none.</summary>
    public ModelReader? Output { get; init; }

    /// <summary>Whether the command changes anything, and so asks ShouldProcess.</summary>
    public bool Writes { get; init; }

    /// <summary>Parameters that fill placeholders of <see cref="Path"/>.</summary>
    public (string Parameter, string Placeholder)[] Ids { get; init; } = [];

    /// <summary>Parameters that become properties of the body, in the sets that have one parameter per property.</summary>
    public (string Parameter, string WireName)[] Body { get; init; } = [];

    /// <summary>The parameter that names the object of the directory to which the body refers; null where there is none.</summary>
    public string? Reference { get; init; }

    /// <summary>Whether -InputObject takes the place of the id parameters.</summary>
    public bool HasIdentity { get; init; }

    /// <summary>Properties of the identity that fill placeholders of <see cref="Path"/>.</summary>
    public (string Property, string Placeholder)[] IdentityIds { get; init; } = [];

    /// <summary>Whether -BodyParameter is the body.</summary>
    public bool HasBodyParameter { get; init; }

    /// <summary>Whether -PassThru makes the command write true after a success.</summary>
    public bool PassThru { get; init; }

    /// <summary>The endpoint: <c>v1.0</c> or <c>beta</c>.</summary>
    public string ApiVersion { get; init; } = "v1.0";
}
