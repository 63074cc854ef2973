# Writes MgLicense.psm1 and MgLicense.psd1.

function Format-MgModuleCode {
    <#
    .SYNOPSIS
        The public functions. Each hands over to the private class of its parameter set.
    #>
    param([object] $Tables)

    $lines = @(
        '# Made by powershell/generate.ps1 from powershell/MgLicense/commands; change the table, not this file.'
        '# A function binds the parameters and hands over to the private command of its parameter set.'
        ''
        foreach ($command in $Tables.Commands) {
            Format-MgFunction -Command $command
        }
    )
    ($lines -join "`n").TrimEnd() + "`n"
}

function Format-MgFunction {
    <#
    .SYNOPSIS
        One public function.
    #>
    param([object] $Command)

    $entry = $Command.Entry
    "function $($Command.Name) {"
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
    '}'
    ''
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
        $Tables.Commands.ForEach({ "        '$($_.Name)'" })
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
