# Compares the parameters of our commands with those the SDK had at version 1.9.2.

Set-StrictMode -Version 3.0

# A set name without the digits that 1.x put after it: List1 is List.
function Get-PlainSetName {
    param([string] $Name)
    $Name -replace '\d+$'
}

# A type name without its namespace, and without the digits 1.x put after the names of its models.
function Get-PlainTypeName {
    param([string] $Name)
    ($Name -replace '^.*\.') -replace '(?<=^IMicrosoftGraph\w*[a-z])\d+(?=(\[\])?$)'
}

# The facts of the file as command -> @{ DefaultSet; Sets; Parameters = name -> @{ Type; Aliases; Sets = set -> flags; Hidden } }.
function Read-SdkParameter {
    param([Parameter(Mandatory)] [string] $Path)
    $json = Get-Content -LiteralPath $Path -Raw | ConvertFrom-Json -AsHashtable
    $facts = @{}
    foreach ($name in $json.Keys) {
        $entry = $json[$name]
        $default = $entry.binding.Where({ $_ -like 'DefaultParameterSetName=*' }) -replace '^.*='
        $sets = [System.Collections.Generic.SortedSet[string]]::new([string[]] @(Get-PlainSetName $default[0]))
        foreach ($parameter in $entry.parameters.Values) {
            $parameter.sets.Keys.Where({ $_ -ne '*' }).ForEach({ $null = $sets.Add((Get-PlainSetName $_)) })
        }
        $parameters = @{}
        foreach ($parameterName in $entry.parameters.Keys) {
            $parameter = $entry.parameters[$parameterName]
            $flags = @{}
            foreach ($set in $parameter.sets.Keys) {
                $value = $parameter.sets[$set] -replace '\s*hidden\s*'
                if ($set -eq '*') {
                    $sets.ForEach({ $flags[$_] = $value })
                } else {
                    $flags[(Get-PlainSetName $set)] = $value
                }
            }
            $parameters[$parameterName] = @{
                Type    = Get-PlainTypeName $parameter.type
                Aliases = @($parameter.Contains('aliases') ? $parameter.aliases : @())
                Sets    = $flags
                Hidden  = [bool] ($parameter.sets.Values -match 'hidden')
            }
        }
        $facts[$name] = @{
            DefaultSet = Get-PlainSetName $default[0]
            Sets       = $sets
            Positional = $entry.binding -notcontains 'PositionalBinding=$false'
            Impact     = @($entry.binding.Where({ $_ -like 'ConfirmImpact=*' }) -replace '^.*=')
            Parameters = $parameters
        }
    }
    $facts
}

# The same facts of a command of ours.
function Get-OwnParameter {
    param([Parameter(Mandatory)] [string] $Name)
    $command = Get-Command -Name $Name
    $binding = $command.ScriptBlock.Attributes.Where({ $_ -is [System.Management.Automation.CmdletBindingAttribute] })[0]
    $skipped = @([System.Management.Automation.PSCmdlet]::CommonParameters) + 'WhatIf' + 'Confirm'
    $parameters = @{}
    foreach ($parameter in $command.Parameters.Values.Where({ $_.Name -notin $skipped })) {
        $flags = @{}
        foreach ($set in $command.ParameterSets) {
            foreach ($inSet in $set.Parameters.Where({ $_.Name -eq $parameter.Name })) {
                $flags[$set.Name] = @($inSet.IsMandatory ? 'mandatory' : @(); $inSet.ValueFromPipeline ? 'pipeline' : @()) -join ' '
            }
        }
        $parameters[$parameter.Name] = @{
            Type    = Get-PlainTypeName $parameter.ParameterType.FullName
            Aliases = @($parameter.Aliases)
            Sets    = $flags
            Hidden  = [bool] $parameter.Attributes.Where({ $_ -is [System.Management.Automation.ParameterAttribute] -and $_.DontShow })
        }
    }
    @{
        DefaultSet = $command.DefaultParameterSet
        Sets       = [System.Collections.Generic.SortedSet[string]]::new([string[]] @($command.ParameterSets.Name))
        Positional = $binding.PositionalBinding
        Impact     = @($binding.SupportsShouldProcess ? "$($binding.ConfirmImpact)" : @())
        Parameters = $parameters
    }
}

# What differs, a line each: 'Get-MgUser -Skip is not there'.
function Compare-SdkParameter {
    param([Parameter(Mandatory)] [string] $Name, [Parameter(Mandatory)] [hashtable] $Sdk, [Parameter(Mandatory)] [hashtable] $Own)
    if ($Own.DefaultSet -ne $Sdk.DefaultSet) { "$Name has the default set $($Own.DefaultSet), not $($Sdk.DefaultSet)" }
    if ($Own.Positional -ne $Sdk.Positional) { "$Name differs in positional binding" }
    if ("$($Own.Impact)" -ne "$($Sdk.Impact)") { "$Name has the impact '$($Own.Impact)', not '$($Sdk.Impact)'" }
    foreach ($set in $Sdk.Sets) { if (-not $Own.Sets.Contains($set)) { "$Name has no set $set" } }
    foreach ($set in $Own.Sets) { if (-not $Sdk.Sets.Contains($set)) { "$Name has the set $set in addition" } }
    foreach ($parameterName in $Own.Parameters.Keys | Sort-Object) {
        if (-not $Sdk.Parameters.Contains($parameterName)) { "$Name -$parameterName is in addition" }
    }
    foreach ($parameterName in $Sdk.Parameters.Keys | Sort-Object) {
        $sdkParameter = $Sdk.Parameters[$parameterName]
        if (-not $Own.Parameters.Contains($parameterName)) {
            "$Name -$parameterName is not there"
            continue
        }
        $ownParameter = $Own.Parameters[$parameterName]
        if ($ownParameter.Type -cne $sdkParameter.Type) { "$Name -$parameterName is a $($ownParameter.Type), not a $($sdkParameter.Type)" }
        if ("$($ownParameter.Aliases | Sort-Object)" -ne "$($sdkParameter.Aliases | Sort-Object)") {
            "$Name -$parameterName has the aliases '$($ownParameter.Aliases)', not '$($sdkParameter.Aliases)'"
        }
        if ($ownParameter.Hidden -ne $sdkParameter.Hidden) { "$Name -$parameterName differs in being hidden" }
        foreach ($set in $Sdk.Sets) {
            $there = $sdkParameter.Sets.Contains($set) ? "'$($sdkParameter.Sets[$set])'" : 'absent'
            $here = $ownParameter.Sets.Contains($set) ? "'$($ownParameter.Sets[$set])'" : 'absent'
            if ($Own.Sets.Contains($set) -and $there -ne $here) { "$Name -$parameterName in $set is $here, not $there" }
        }
    }
}

Export-ModuleMember -Function Read-SdkParameter, Get-OwnParameter, Compare-SdkParameter
