# Writes MgLicense.psm1 and MgLicense.psd1, and the same of MgLicense.Wide, which PowerShell loads on first use.

function Format-MgModuleCode {
    <#
    .SYNOPSIS
        The public functions of one module. Each hands over to the private class of its parameter set.
    #>
    param([object] $Tables, [string] $Module)

    $defined = $Tables.Defined
    $ours = $Tables.Commands.Where({ $_.Module -eq $Module })
    $borrowed = $ours.Where({ $defined[$_.Name].Name -ne $_.Name })
    $lines = @(
        '# Made by powershell/generate.ps1 from powershell/MgLicense/commands; change the table, not this file.'
        '# A function binds the parameters and hands over to the private command of its parameter set.'
        ''
        if ($Module -eq 'MgLicense.Wide') {
            '# The classes and the connection are in MgLicense.'
            'if (-not (Get-Module -Name MgLicense)) { Import-Module -Name "$PSScriptRoot/../../MgLicense.psd1" -Global }'
            ''
        }
        foreach ($command in $ours.Where({ $defined[$_.Name].Name -eq $_.Name })) {
            "function $($command.Name) {"
            $defined[$command.Name].Body
            '}'
            ''
        }
        if ($borrowed) {
            '# Commands with the parameters of another one. What a function calls depends on the name it has, so one body does.'
            'foreach ($pair in @('
            foreach ($command in $borrowed) {
                $source = $defined[$command.Name]
                $from = $source.Module -eq $Module ? "`${function:$($source.Name)}" : "(Get-Module -Name $($source.Module)).ExportedFunctions['$($source.Name)'].ScriptBlock"
                "        , @('$($command.Name)', $from)"
            }
            '    )) {'
            '    Set-Item -LiteralPath "function:$($pair[0])" -Value $pair[1]'
            '}'
        }
    )
    ($lines -join "`n").TrimEnd() + "`n"
}

function Get-MgDefinition {
    <#
    .SYNOPSIS
        For each command the one whose function has the same body: name, module and body.
    #>
    param([object] $Tables)

    $first = [System.Collections.Generic.Dictionary[string, object]]::new([System.StringComparer]::Ordinal)
    $defined = @{}
    # The first module's commands first, so that the second borrows of the first and never the other way round. Within the
    # first, every function stands by itself.
    foreach ($command in $Tables.Commands.Where({ -not $_.Base }) | Sort-Object -Property Module, Name) {
        $body = (Format-MgFunctionBody -Command $command) -join "`n"
        $own = [pscustomobject] @{ Name = $command.Name; Module = $command.Module; Body = $body }
        $defined[$command.Name] = $first.TryAdd($body, $own) -or $command.Module -eq 'MgLicense' ? $own : $first[$body]
    }
    foreach ($command in $Tables.Commands.Where({ $_.Base })) {
        $defined[$command.Name] = $defined[$command.Base]
    }
    $defined
}

function Format-MgFunctionBody {
    <#
    .SYNOPSIS
        What stands between the braces of a public function. Help is found by the file beside it that is named here.
    #>
    param([object] $Command)

    $entry = $Command.Entry
    '    # .EXTERNALHELP MgLicense-help.xml'
    if ($entry['Output']) {
        "    [OutputType([$($script:MgPlainTypes.ContainsKey($entry.Output) ? $entry.Output : "Microsoft.Graph.PowerShell.Models.I$($entry.Output)")])]"
    } elseif ($Command.Parameters.ContainsKey('PassThru')) {
        '    [OutputType([bool])]'
    }
    "    [CmdletBinding(DefaultParameterSetName = '$($Command.Sets[0].Name)', PositionalBinding = `$false$($Command.Writes ? ", SupportsShouldProcess, ConfirmImpact = 'Medium'" : ''))]"
    '    param('
    $parameters = @($Command.Parameters.Values)
    for ($i = 0; $i -lt $parameters.Count; $i++) {
        Format-MgFunctionParameter -Parameter $parameters[$i] -IsLast ($i -eq $parameters.Count - 1)
    }
    '    )'
    '    begin {'
    '        $forwarder = [MgLicense.PowerShell.Forwarder]::Begin($PSCmdlet)'
    '    }'
    '    process {'
    '        if ($null -eq $forwarder) { [MgLicense.PowerShell.Forwarder]::Process($PSCmdlet) } else { $forwarder.Process($_) }'
    '    }'
    '    end {'
    '        if ($null -ne $forwarder) { $forwarder.End() }'
    '    }'
    '    clean {'
    '        if ($null -ne $forwarder) { $forwarder.Dispose() }'
    '    }'
}

function Format-MgFunctionParameter {
    <#
    .SYNOPSIS
        One parameter of a public function.
    #>
    param([object] $Parameter, [bool] $IsLast)

    # A line a parameter, which is also quicker to parse than the usual form.
    $parts = foreach ($set in $Parameter.Sets.Keys) {
        $facts = $Parameter.Sets[$set]
        $arguments = @(
            $set ? "ParameterSetName = '$set'" : @()
            $facts.Mandatory ? 'Mandatory' : @()
            $facts.Pipeline ? 'ValueFromPipeline' : @()
            $Parameter.Hidden ? 'DontShow' : @()
        )
        if ($arguments) {
            "[Parameter($($arguments -join ', '))]"
        }
    }
    $parts = @(
        $parts
        $Parameter.Alias ? "[Alias('$($Parameter.Alias)')]" : @()
        $Parameter.NotNull ? '[ValidateNotNull()]' : @()
        $Parameter.Completer ? "[ArgumentCompleter([$($Parameter.Completer)])]" : @()
        "[$($Parameter.Type)]"
        # PowerShell works from the name outwards: this comes before the conversion to the type.
        $Parameter.Transform ? "[$($Parameter.Transform)()]" : @()
        "`$$($Parameter.Name)"
    )
    "        $($parts -join ' ')$($IsLast ? '' : ',')"
}

function Format-MgManifest {
    <#
    .SYNOPSIS
        The manifest of the module, with everything it exports.
    #>
    param([object] $Tables, [string] $Version)

    $own = @($Tables.Own.Keys | Sort-Object)
    $aliases = @($own.Where({ $Tables.Own[$_]['Alias'] }).ForEach({ $Tables.Own[$_].Alias }) | Sort-Object)
    $core, $prerelease = $Version -split '-', 2
    $lines = @(
        '# Made by powershell/generate.ps1; change the tables or the generator, not this file.'
        '@{'
        "    RootModule           = 'MgLicense.psm1'"
        "    ModuleVersion        = '$core'"
        "    GUID                 = '6f0f4d8e-0c1b-4c43-9d0e-8c0a4b7a5d21'"
        "    Author               = 'MgLicense contributors'"
        "    Copyright            = '(c) MgLicense contributors. MIT licence.'"
        "    Description          = 'Assigns Microsoft 365 licences with the commands of the Microsoft Graph PowerShell SDK, and rehearses it on a tenant in a file.'"
        "    PowerShellVersion    = '7.4'"
        "    CompatiblePSEditions = @('Core')"
        "    NestedModules        = @('MgLicense.Interop.dll')"
        "    FormatsToProcess     = @('MgLicense.Format.ps1xml')"
        '    FunctionsToExport    = @('
        $Tables.Commands.Where({ $_.Module -eq 'MgLicense' }).ForEach({ "        '$($_.Name)'" })
        '    )'
        '    CmdletsToExport      = @('
        $own.ForEach({ "        '$_'" })
        '    )'
        '    AliasesToExport      = @('
        $aliases.ForEach({ "        '$_'" })
        '    )'
        '    VariablesToExport    = @()'
        '    PrivateData          = @{'
        '        PSData = @{'
        "            Tags       = @('Microsoft365', 'Licensing', 'Graph', 'MicrosoftGraph', 'PSEdition_Core')"
        if ($prerelease) {
            "            Prerelease = '$prerelease'"
        }
        '        }'
        '    }'
        '}'
    )
    ($lines -join "`n") + "`n"
}

function Format-MgWideManifest {
    <#
    .SYNOPSIS
        The manifest of the second module. Its commands stand in it by name, so PowerShell finds and loads it by itself.
    #>
    param([object] $Tables, [string] $Version)

    $lines = @(
        '# Made by powershell/generate.ps1; change the tables or the generator, not this file.'
        '@{'
        "    RootModule           = 'MgLicense.Wide.psm1'"
        "    ModuleVersion        = '$(($Version -split '-', 2)[0])'"
        "    GUID                 = '0e7a4ad1-51c9-4b0e-8d4b-3f3f2c0d9b66'"
        "    Author               = 'MgLicense contributors'"
        "    Copyright            = '(c) MgLicense contributors. MIT licence.'"
        "    Description          = 'The commands of MgLicense that few scripts call, and those on the beta endpoint. Part of MgLicense, which makes it known to PowerShell.'"
        "    PowerShellVersion    = '7.4'"
        "    CompatiblePSEditions = @('Core')"
        "    FormatsToProcess     = @('MgLicense.Wide.Format.ps1xml')"
        '    FunctionsToExport    = @('
        $Tables.Commands.Where({ $_.Module -eq 'MgLicense.Wide' }).ForEach({ "        '$($_.Name)'" })
        '    )'
        '    CmdletsToExport      = @()'
        '    AliasesToExport      = @()'
        '    VariablesToExport    = @()'
        '}'
    )
    ($lines -join "`n") + "`n"
}

# The version the forwarding modules state. Scripts ask for a least version of the SDK; this is that of its documentation
# which the commands follow.
$script:MgForwarderVersion = '2.35.0'

function Get-MgForwarder {
    <#
    .SYNOPSIS
        The forwarding modules: for each module name of the SDK what it re-exports, and from where.
    #>
    param([object] $Tables)

    $modules = [ordered] @{}
    $add = {
        param([string] $Name, [string] $Kind, [string] $Command, [string] $From)
        $modules[$Name] ??= [pscustomobject] @{
            Name = $Name; Function = [System.Collections.Generic.SortedSet[string]]::new(); Cmdlet = [System.Collections.Generic.SortedSet[string]]::new()
            Alias = [System.Collections.Generic.SortedSet[string]]::new(); From = [System.Collections.Generic.SortedSet[string]]::new()
        }
        [void] $modules[$Name].$Kind.Add($Command)
        [void] $modules[$Name].From.Add($From)
    }
    foreach ($command in $Tables.Commands) {
        $whole = $command.ApiVersion -eq 'beta' ? 'Microsoft.Graph.Beta' : 'Microsoft.Graph'
        foreach ($name in $command.Entry.Owner, $whole) {
            & $add $name 'Function' $command.Name $command.Module
        }
    }
    foreach ($name in $Tables.Own.Keys.Where({ $Tables.Own[$_]['Owner'] })) {
        foreach ($module in $Tables.Own[$name].Owner, 'Microsoft.Graph') {
            & $add $module 'Cmdlet' $name 'MgLicense'
            if ($Tables.Own[$name]['Alias']) {
                & $add $module 'Alias' $Tables.Own[$name].Alias 'MgLicense'
            }
        }
    }
    $modules.Values
}

function Format-MgForwarder {
    <#
    .SYNOPSIS
        The manifest of one forwarding module. It is all there is of it.
    #>
    param([object] $Module)

    $paths = @{ 'MgLicense' = '../../MgLicense.psd1'; 'MgLicense.Wide' = '../../wide/MgLicense.Wide/MgLicense.Wide.psd1' }
    $list = { param([string] $Key, [string[]] $Names) "    $($Key.PadRight(20)) = @($($Names.ForEach({ "'$_'" }) -join ', '))" }
    # The same id in every build, and another one for every name.
    $id = [guid]::new([System.Security.Cryptography.MD5]::HashData([System.Text.Encoding]::UTF8.GetBytes("MgLicense forwards $($Module.Name)")))
    $lines = @(
        '# Made by powershell/generate.ps1; change the tables or the generator, not this file.'
        '@{'
        "    ModuleVersion        = '$script:MgForwarderVersion'"
        "    GUID                 = '$id'"
        "    Author               = 'MgLicense contributors. Not a module of Microsoft.'"
        "    Copyright            = '(c) MgLicense contributors. MIT licence.'"
        "    Description          = 'Forwarder of MgLicense: holds no code and re-exports those commands of MgLicense that $($Module.Name) of the Microsoft Graph PowerShell SDK has. This is not the SDK.'"
        "    PowerShellVersion    = '7.4'"
        "    CompatiblePSEditions = @('Core')"
        & $list 'NestedModules' @($Module.From.ForEach({ $paths[$_] }))
        & $list 'FunctionsToExport' $Module.Function
        & $list 'CmdletsToExport' $Module.Cmdlet
        & $list 'AliasesToExport' $Module.Alias
        '    VariablesToExport    = @()'
        '    PrivateData          = @{ MgLicenseForwarder = $true }'
        '}'
    )
    ($lines -join "`n") + "`n"
}
