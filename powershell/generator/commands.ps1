# Writes the C# of the commands: one private class for each parameter set.

$script:MgCommandUsings = @(
    '#nullable enable'
    'using System;'
    'using System.Collections;'
    'using System.Management.Automation;'
    'using MgLicense.PowerShell;'
    'using Microsoft.Graph.PowerShell.Models;'
    ''
    'namespace Microsoft.Graph.PowerShell.Cmdlets;'
    ''
)

$script:MgClassTypes = @{
    'string'    = 'string?'
    'string[]'  = 'string[]?'
    'switch'    = 'SwitchParameter'
    'int'       = 'int'
    'datetime'  = 'DateTime'
    'hashtable' = 'Hashtable?'
}

# What reads the answer of a command that writes no model: a bare number or truth, or a property called value.
$script:MgPlainReaders = @{ int = 'PlainReader.Number'; bool = 'PlainReader.Truth' }

# What a cmdlet has by these names anyway; a parameter of such a name hides it.
$script:MgInheritedNames = 'CommandOrigin', 'CommandRuntime', 'Events', 'Host', 'InvokeCommand', 'InvokeProvider', 'JobManager', 'JobRepository', 'MyInvocation', 'PagingParameters',
    'ParameterSetName', 'SessionState', 'Stopping'

function Format-MgParameterCode {
    <#
    .SYNOPSIS
        One parameter of a private class, as a property.
    #>
    param([string] $Name, [hashtable] $Parameter, [object] $Tables)

    $type = Get-MgParameterType -Type $Parameter.Type -Models $Tables.Models
    $class = $script:MgClassTypes[$type] ?? (($type -replace '^Microsoft\.Graph\.PowerShell\.Models\.') + '?')
    "    /// <summary>$(ConvertTo-MgXml $Parameter.Help)</summary>"
    $Parameter['Pipeline'] ? '    [Parameter(ValueFromPipeline = true)]' : '    [Parameter]'
    "    public $($Name -in $script:MgInheritedNames ? 'new ' : '')$class $Name { get; set; }"
    ''
}

function Format-MgBodyCode {
    <#
    .SYNOPSIS
        The base class that holds the parameters made from the properties of one body.
    #>
    param([string] $Name, [object] $Tables)

    $model = $Tables.Models[$Name]
    $lines = @(
        $script:MgMark -f "powershell/MgLicense/models/$($model.Source)"
        $script:MgCommandUsings
        "/// <summary>The parameters of the sets that take a $Name property by property.</summary>"
        "internal abstract class ${Name}Parameters : GraphCmdlet"
        '{'
        foreach ($property in $model.Properties.Values) {
            Format-MgParameterCode -Name $property.Name -Parameter @{ Type = $property.Type; Help = $property.Help } -Tables $Tables
        }
        Format-MgParameterCode -Name 'AdditionalProperties' -Parameter @{ Type = 'hashtable'; Help = $Tables.Parameters.Shared.AdditionalProperties } -Tables $Tables
        "    /// <summary>What goes into the body, and under which name.</summary>"
        '    private protected static readonly (string Parameter, string WireName)[] BodyParameters ='
        '    ['
        foreach ($property in $model.Properties.Values) {
            "        (`"$($property.Name)`", `"$($property.Wire)`"),"
        }
        '    ];'
        '}'
    )
    ($lines -join "`n") + "`n"
}

function Format-MgCommandCode {
    <#
    .SYNOPSIS
        The private classes of one command.
    #>
    param([object] $Command, [object] $Tables)

    $lines = @(
        $script:MgMark -f 'powershell/MgLicense/commands'
        $script:MgCommandUsings
        foreach ($set in $Command.Sets) {
            $Command.Base ? (Format-MgTwinCode -Command $Command -Set $set) : (Format-MgVariantCode -Command $Command -Set $set -Tables $Tables)
        }
    )
    (($lines -join "`n").TrimEnd() + "`n").Replace('namespace Microsoft.Graph.PowerShell.Cmdlets;', "namespace $(Get-MgClassNamespace -Command $Command);")
}

function Get-MgClassNamespace {
    <#
    .SYNOPSIS
        The namespace of the private classes of a command. It is part of the error ids.
    #>
    param([object] $Command)

    $Command.ApiVersion -eq 'beta' ? 'Microsoft.Graph.Beta.PowerShell.Cmdlets' : 'Microsoft.Graph.PowerShell.Cmdlets'
}

function Format-MgTwinCode {
    <#
    .SYNOPSIS
        The private class of one parameter set on the beta endpoint: that of v1.0, sent to another version.
    #>
    param([object] $Command, [object] $Set)

    $base = "Microsoft.Graph.PowerShell.Cmdlets.$($Command.Base.Replace('-', ''))_$($Set.Name)"
    "/// <summary>$($Set.Method) $(ConvertTo-MgXml $Set.Path)</summary>"
    "[Cmdlet(`"$($Command.Verb)`", `"$($Command.Noun)_$($Set.Name)`"$($Command.Writes ? ', SupportsShouldProcess = true' : ''))]"
    "internal sealed class $($Command.Verb)$($Command.Noun)_$($Set.Name) : $base"
    '{'
    "    private static readonly CommandSpec Twin = Shape with { Name = `"$($Command.Name)_$($Set.Name)`", ApiVersion = `"$($Command.ApiVersion)`" };"
    ''
    '    protected override CommandSpec Spec => Twin;'
    '}'
    ''
}

function Format-MgVariantCode {
    <#
    .SYNOPSIS
        The private class of one parameter set.
    #>
    param([object] $Command, [object] $Set, [object] $Tables)

    $entry = $Command.Entry
    $variant = "$($Command.Name)_$($Set.Name)"
    $operation = $entry['Operation'] ?? @{ List = 'List'; Get = 'Get' }[$Set.Word] ?? 'Send'
    $ids = $Set.Ids.Keys.ForEach({ "(`"$_`", `"$($Set.Ids[$_])`")" }) -join ', '

    "/// <summary>$($Set.Method) $(ConvertTo-MgXml $Set.Path)</summary>"
    "[Cmdlet(`"$($Command.Verb)`", `"$($Command.Noun)_$($Set.Name)`"$($Command.Writes ? ', SupportsShouldProcess = true' : ''))]"
    if ($entry['Output']) {
        "[OutputType(typeof($($script:MgPlainTypes.ContainsKey($entry.Output) ? $entry.Output : "I$($entry.Output)")))]"
    }
    "internal class $($Command.Verb)$($Command.Noun)_$($Set.Name) : $($Set.IsExpanded ? "$($entry.Body)Parameters" : 'GraphCmdlet')"
    '{'
    '    private protected static readonly CommandSpec Shape = new()'
    '    {'
    "        Name = `"$variant`","
    "        Method = `"$($Set.Method)`","
    "        Path = `"$($Set.Path)`","
    if ($Command.Writes) {
        "        OperationText = `"$($Set.Method) $($entry['OperationPath'] ?? $Set.Path)`","
        '        Writes = true,'
    }
    "        Operation = NativeOperation.$operation,"
    if ($entry['Output']) {
        "        Output = $($script:MgPlainReaders[$entry.Output] ?? "GraphModelReader<$($entry.Output)>.Instance"),"
    }
    if ($Set.IsIdentity) {
        '        HasIdentity = true,'
        if ($ids) {
            "        IdentityIds = [$ids],"
        }
    } elseif ($ids) {
        "        Ids = [$ids],"
    }
    if ($Set.Reference) {
        "        Reference = `"$($Set.Reference)`","
    } elseif ($Set.IsExpanded) {
        '        Body = BodyParameters,'
    } elseif ($Set.HasBody) {
        '        HasBodyParameter = true,'
    }
    if ($Set.Parameters.Contains('PassThru')) {
        '        PassThru = true,'
    }
    '    };'
    ''
    '    protected override CommandSpec Spec => Shape;'
    ''
    foreach ($name in $Set.Parameters.Keys) {
        if (-not $Set.Parameters[$name]['InBody']) {
            Format-MgParameterCode -Name $name -Parameter $Set.Parameters[$name] -Tables $Tables
        }
    }
    '}'
    ''
}
